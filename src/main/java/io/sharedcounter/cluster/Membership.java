package io.sharedcounter.cluster;

import io.sharedcounter.cluster.Peers.Seen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/** Shows and changes who the members are; asks the leader, wherever it is. Thread-safe. */
final class Membership {
  private static final long TIMEOUT_MILLIS = 5_000;
  private static final long PAUSE_NANOS = 200_000_000;

  private final LeaderLink link;
  private final Peers peers;
  private final Map<RaftPeerId, RaftPeer> known = new LinkedHashMap<>();

  Membership(ClusterSettings settings, LeaderLink link) {
    this.link = link;
    this.peers = new Peers(link);
    remember(LeaderLink.peers(settings.peers()));
  }

  private synchronized void remember(Collection<RaftPeer> members) {
    members.forEach(member -> known.put(member.getId(), member));
    link.learn(members);
  }

  private synchronized List<RaftPeer> known() {
    return List.copyOf(known.values());
  }

  /** Returns the leader if one of the members knows it. */
  Optional<RaftPeerId> findLeader() {
    for (RaftPeer peer : known()) {
      Optional<Seen> seen = peers.look(peer);
      seen.ifPresent(s -> remember(s.voters()));
      Optional<RaftPeerId> leader = seen.flatMap(Seen::leader);
      if (leader.isPresent()) {
        return leader;
      }
    }
    return Optional.empty();
  }

  /** Returns a line on each member, by name: what it says of itself, or that it says nothing. */
  Map<String, String> describe() {
    Collection<RaftPeer> members = voters().orElse(known());
    Map<String, String> lines = new LinkedHashMap<>();
    for (RaftPeer member : members) {
      String said =
          peers
              .look(member)
              .map(s -> s.role() + ", term " + s.term() + ", applied " + s.applied())
              .orElse("cannot be reached");
      lines.put(member.getId() + "@" + member.getAddress(), said);
    }
    return lines;
  }

  /** Returns the members as the leader knows them; empty if there is no leader. */
  private Optional<Collection<RaftPeer>> voters() {
    return findLeader()
        .flatMap(id -> known().stream().filter(peer -> peer.getId().equals(id)).findFirst())
        .flatMap(peers::look)
        .map(Seen::voters);
  }

  /** Returns the members, to change them; waits for a leader, as an election takes a second. */
  private List<RaftPeer> currentVoters() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    while (true) {
      Optional<Collection<RaftPeer>> voters = voters();
      if (voters.isPresent()) {
        return new ArrayList<>(voters.get());
      }
      boolean isInterrupted = Thread.currentThread().isInterrupted();
      if (isInterrupted || System.nanoTime() - end >= 0) {
        throw new IllegalStateException("no leader: no majority of the members can be reached");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  void add(String text) {
    List<RaftPeer> added = LeaderLink.peers(ClusterSettings.parsePeers(text));
    List<RaftPeer> members = currentVoters();
    for (RaftPeer peer : added) {
      if (members.stream().anyMatch(member -> member.getId().equals(peer.getId()))) {
        throw new IllegalArgumentException(
            "'" + peer.getId() + "' is a member already; if it lost its disk, remove it first");
      }
      boolean waits = peers.look(peer).filter(s -> s.takesPart() && !s.hasBegun()).isPresent();
      if (!waits) {
        throw new IllegalStateException(
            "'"
                + peer.getId()
                + "' does not wait at "
                + peer.getAddress()
                + " to be added; start it with cluster.join = true and an empty directory");
      }
    }
    remember(added);
    members.addAll(added);
    change(members);
  }

  void remove(String name) {
    List<RaftPeer> members = currentVoters();
    List<RaftPeer> rest = new ArrayList<>(members);
    if (!rest.removeIf(member -> member.getId().toString().equals(name))) {
      throw new IllegalArgumentException("'" + name + "' is no member; there are " + members);
    }
    handOver(name, rest);
    change(rest);
  }

  /**
   * Lets another lead if that one does. A leader that is removed closes itself while it holds the
   * lock that a request which has just come in waits for, and waits for that request: both for ever
   * (Ratis 3.3.0).
   */
  private void handOver(String leader, List<RaftPeer> rest) {
    IllegalStateException failure = null;
    for (RaftPeer member : rest) {
      if (!leads(leader)) {
        return;
      }
      if (peers.look(member).filter(Seen::takesPart).isPresent()) {
        try {
          letLead(member.getId());
        } catch (IllegalStateException e) {
          failure = e;
        }
      }
    }
    if (failure != null && leads(leader)) {
      throw failure;
    }
  }

  private boolean leads(String name) {
    return findLeader().filter(id -> id.toString().equals(name)).isPresent();
  }

  private void change(List<RaftPeer> members) {
    run(() -> link.client().admin().setConfiguration(members));
  }

  void transfer(String name) {
    List<RaftPeer> members = currentVoters();
    if (members.stream().noneMatch(member -> member.getId().toString().equals(name))) {
      throw new IllegalArgumentException("'" + name + "' is no member; there are " + members);
    }
    letLead(RaftPeerId.valueOf(name));
  }

  private void letLead(RaftPeerId member) {
    run(() -> link.client().admin().transferLeadership(member, TIMEOUT_MILLIS));
  }

  /** Has a member begin a snapshot, if anything was applied since its last one. */
  void snapshot(RaftPeerId where) {
    // Of itself Ratis would answer that it is done and do nothing for less than 1,024 entries.
    run(() -> link.client().getSnapshotManagementApi(where).create(1, TIMEOUT_MILLIS));
  }

  private interface Call {
    RaftClientReply run() throws IOException;
  }

  private static void run(Call call) {
    try {
      RaftClientReply reply = call.run();
      if (!reply.isSuccess()) {
        throw reply.getException();
      }
    } catch (IOException e) {
      throw new IllegalStateException("the cluster refused: " + e.getMessage(), e);
    }
  }
}
