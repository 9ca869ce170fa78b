package io.sharedcounter.cluster;

import io.sharedcounter.core.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;

/**
 * How a member is: what its MBean shows, and when its state or its leader change, those who listen
 * are told. Thread-safe; {@link #check} and {@link #waitFor} by one thread.
 */
final class MemberHealth {
  /** How far behind the committed log a member may be before it says so. */
  static final long MAX_LAG = 10_000;

  private static final Logger LOG = System.getLogger(MemberHealth.class.getName());
  private static final int TICKS_TO_WARN = 100;

  private final RaftNode node;
  private final CounterStateMachine machine;
  private final Replica replica;
  private final Path directory;
  private String state = "starting";
  private volatile Optional<String> waiting = Optional.empty();
  private String leader = "";
  private int badTicks;

  MemberHealth(RaftNode node, CounterStateMachine machine, Replica replica, Path directory) {
    this.node = node;
    this.machine = machine;
    this.replica = replica;
    this.directory = directory;
  }

  /** Notes what this process waits for before it takes part in the cluster. */
  void waitFor(Optional<String> what) {
    waiting = what;
  }

  /** Looks how the member is, ten times a second. */
  void check() {
    String now = look();
    String leaderNow = node.leader().orElse("");
    boolean isNewLeader = !leaderNow.isEmpty() && !leaderNow.equals(leader);
    if (isNewLeader) {
      leader = leaderNow;
    }
    if (!now.equals(state)) {
      LOG.log(Level.INFO, "[cluster] state of this member: {0}", now);
      state = now;
      badTicks = 0;
      replica.tellState(isNewLeader ? now + "; the leader is " + leader : now);
    } else if (isNewLeader) {
      replica.tellState(now + "; the leader is " + leader);
    }
    // An election takes a second and warns nobody; what lasts does, once.
    if (!now.equals(Ledger.OK) && ++badTicks == TICKS_TO_WARN) {
      LOG.log(Level.WARNING, "[cluster] state of this member for long: {0}", now);
    }
  }

  private String look() {
    if (machine.failure().isPresent()) {
      return "stopped: " + machine.failure().get().getMessage();
    }
    if (node.hasStopped()) {
      return "stopped: it was removed from the cluster, or the log says why";
    }
    if (waiting.isPresent()) {
      return waiting.get();
    }
    if (!node.isRunning()) {
      return "starting";
    }
    if (node.division().getRaftConf().getCurrentPeers().isEmpty()) {
      return "waiting to be added to the cluster";
    }
    if (!node.hasLeader()) {
      return "no leader: no majority of the members can be reached";
    }
    long lag = committed(node.division()) - replica.applied();
    // Rounded, or the state would be another one at each look.
    return lag > MAX_LAG
        ? "lagging: more than " + lag / MAX_LAG * MAX_LAG + " entries behind; values are old"
        : Ledger.OK;
  }

  /**
   * Returns the highest index that is known to be committed. A member that has been away is told by
   * the leader's commit index how far it is behind; its own only follows what it has received.
   */
  private static long committed(RaftServer.Division division) {
    long highest = division.getRaftLog().getLastCommittedIndex();
    for (CommitInfoProto info : division.getCommitInfos()) {
      highest = Math.max(highest, info.getCommitIndex());
    }
    return highest;
  }

  String state() {
    return look();
  }

  String role() {
    if (node.isRunning()) {
      return node.division().getInfo().getCurrentRole().toString();
    }
    return node.hasStopped() ? "STOPPED" : Peers.WAITING;
  }

  Map<String, Long> numbers() {
    Map<String, Long> numbers = new TreeMap<>();
    numbers.put("LastApplied", replica.applied());
    if (node.isRunning()) {
      RaftServer.Division division = node.division();
      numbers.put("Term", division.getInfo().getCurrentTerm());
      numbers.put("CommitIndex", division.getRaftLog().getLastCommittedIndex());
      numbers.put("LogBytes", size(directory));
    }
    return numbers;
  }

  /** Returns the voters, each with its address and how many committed entries it lacks. */
  List<String> peers() {
    if (!node.isRunning()) {
      return List.of();
    }
    RaftServer.Division division = node.division();
    long committed = division.getRaftLog().getLastCommittedIndex();
    Map<RaftPeerId, Long> known = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    for (CommitInfoProto info : division.getCommitInfos()) {
      known.put(RaftPeerId.valueOf(info.getServer().getId()), info.getCommitIndex());
    }
    List<String> peers = new ArrayList<>();
    for (RaftPeer peer : division.getRaftConf().getCurrentPeers()) {
      Long index = known.get(peer.getId());
      String lag = index == null ? "" : " lacks " + Math.max(0, committed - index);
      peers.add(peer.getId() + "@" + peer.getAddress() + lag);
    }
    return peers;
  }

  private static long size(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | UncheckedIOException e) {
      return -1; // A segment was renamed while we looked.
    }
  }
}
