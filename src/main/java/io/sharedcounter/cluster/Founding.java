package io.sharedcounter.cluster;

import io.sharedcounter.cluster.ClusterSettings.Member;
import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.cluster.Peers.Seen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.CallId;

/**
 * Lets a process with an empty directory take part in a cluster, where that can lose nothing.
 * Confined to one thread at a time.
 */
final class Founding {
  /*
   * A directory that was emptied cannot know that it was, and a member that forgot what it has
   * acknowledged must not vote. So who starts empty does not take part; it listens and waits:
   *
   * - A new cluster is begun by the first of the peers alone, for all, once every one of them
   *   answers and none has anything in its log. Acknowledged entries are in the logs of a majority,
   *   so at least one of those who were not emptied would say that there is something. It leaves a
   *   mark before it adds the others, and takes it away before it adds itself: who finds the mark has
   *   never voted, and goes on where it was killed, whatever the others have done meanwhile.
   * - Who joins waits until a majority of the others answers and none of them counts it as a member:
   *   of whoever was emptied they would say so. Then the leader may add it.
   */
  /** In the directory of one that begins a cluster and takes no part in it yet. */
  static final String MARK = "founding";

  private static final Logger LOG = System.getLogger(Founding.class.getName());

  private final Member member;
  private final RaftPeerId self;
  private final List<RaftPeer> peers;
  private final LeaderLink link;
  private final Peers asked;
  private final BooleanSupplier isIn;
  private boolean isBegun;

  /**
   * Creates what decides.
   *
   * @param isIn answers whether this process takes part in a cluster
   */
  Founding(ClusterSettings settings, Member member, LeaderLink link, BooleanSupplier isIn) {
    this.isIn = isIn;
    this.member = member;
    this.self = RaftPeerId.valueOf(member.node());
    this.peers = LeaderLink.peers(settings.peers());
    this.link = link;
    this.asked = new Peers(link);
  }

  /**
   * Looks once whether this process may take part now, and does what is next.
   *
   * @return what is waited for; empty once nothing is left to do
   * @throws IllegalArgumentException if it must not take part as it was started
   */
  Optional<String> step() {
    Map<String, Seen> others = new TreeMap<>();
    List<String> missing = new ArrayList<>();
    for (RaftPeer peer : peers) {
      if (!peer.getId().equals(self)) {
        String name = peer.getId().toString();
        asked.look(peer).ifPresentOrElse(seen -> others.put(name, seen), () -> missing.add(name));
      }
    }
    return member.start() == Start.JOIN ? join(others) : bootstrap(others, missing);
  }

  private Optional<String> bootstrap(Map<String, Seen> others, List<String> missing) {
    if (isIn.getAsBoolean()) {
      return Optional.empty(); // The first has begun it for us.
    }
    Path mark = member.directory().resolve(MARK);
    boolean goesOn = isBegun || Files.exists(mark);
    others.forEach(
        (name, seen) -> {
          if (seen.hasBegun() && !(goesOn && seen.knows(member.node()))) {
            throw new IllegalArgumentException(
                "cluster.directory "
                    + member.directory().toAbsolutePath()
                    + " is empty, but '"
                    + name
                    + "' has a cluster already; if this member lost its disk, remove '"
                    + member.node()
                    + "' from the cluster, start it with cluster.join = true instead of"
                    + " cluster.bootstrap, and add it");
          }
        });
    if (!peers.get(0).getId().equals(self)) {
      return Optional.of("waiting for '" + peers.get(0).getId() + "' to begin the cluster");
    }
    if (!missing.isEmpty()) {
      return Optional.of(
          "waiting for " + missing + ": a cluster begins when all members are there");
    }
    mark(mark);
    for (RaftPeer peer : peers) {
      Seen seen = others.get(peer.getId().toString());
      if (seen != null && !seen.takesPart()) {
        add(peer.getId(), RaftGroup.valueOf(LeaderLink.GROUP, peers));
      }
    }
    unmark(mark);
    add(self, RaftGroup.valueOf(LeaderLink.GROUP, peers));
    LOG.log(Level.INFO, "[cluster] a new cluster begins, of {0}", peers);
    return Optional.empty();
  }

  private void mark(Path mark) {
    try {
      Files.writeString(mark, "");
      isBegun = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forced: who finds the mark must not have voted. */
  private static void unmark(Path mark) {
    try {
      Files.deleteIfExists(mark);
      try (FileChannel directory =
          FileChannel.open(mark.resolveSibling("."), StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> join(Map<String, Seen> others) {
    others.forEach(
        (name, seen) -> {
          if (seen.knows(member.node())) {
            throw new IllegalArgumentException(
                "cluster.directory "
                    + member.directory().toAbsolutePath()
                    + " is empty, but '"
                    + name
                    + "' counts '"
                    + member.node()
                    + "' as a member; remove it from the cluster first, then start it again and"
                    + " add it");
          }
        });
    long takePart = others.values().stream().filter(Seen::hasBegun).count();
    int needed = (peers.size() - 1) / 2 + 1;
    if (takePart < needed) {
      return Optional.of("waiting for a majority of the cluster to join");
    }
    add(self, RaftGroup.valueOf(LeaderLink.GROUP));
    return Optional.empty();
  }

  private void add(RaftPeerId where, RaftGroup group) {
    try {
      RaftClientReply reply =
          link.client()
              .getClientRpc()
              .sendRequest(
                  GroupManagementRequest.newAdd(
                      link.client().getId(), where, CallId.getAndIncrement(), group, true));
      if (!reply.isSuccess()) {
        throw new IOException(reply.getException());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Tried again in a moment.
    }
  }
}
