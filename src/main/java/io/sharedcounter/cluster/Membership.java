package io.sharedcounter.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;

/** What can be seen and changed of the group's members, from one of them. Thread-safe. */
final class Membership {
  private static final long TIMEOUT_MILLIS = 5_000;

  private final RaftNode node;
  private final Path directory;

  Membership(RaftNode node, Path directory) {
    this.node = node;
    this.directory = directory;
  }

  String role() {
    return node.isRunning() ? node.division().getInfo().getCurrentRole().toString() : "STOPPED";
  }

  Map<String, Long> numbers() {
    Map<String, Long> numbers = new TreeMap<>();
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

  void add(String peer) {
    Map<String, InetSocketAddress> added = ClusterSettings.parsePeers(peer);
    List<RaftPeer> peers = new ArrayList<>(node.division().getRaftConf().getCurrentPeers());
    peers.removeIf(known -> added.containsKey(known.getId().toString()));
    added.forEach((name, address) -> peers.add(RaftNode.peer(name, address)));
    node.learnPeers(added);
    change(peers);
  }

  void remove(String name) {
    List<RaftPeer> peers = new ArrayList<>(node.division().getRaftConf().getCurrentPeers());
    if (!peers.removeIf(known -> known.getId().toString().equals(name))) {
      throw new IllegalArgumentException("'" + name + "' is no member; " + peers());
    }
    change(peers);
  }

  private void change(List<RaftPeer> peers) {
    try {
      check(node.client().admin().setConfiguration(peers));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void transfer(String name) {
    try {
      check(node.client().admin().transferLeadership(RaftPeerId.valueOf(name), TIMEOUT_MILLIS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void snapshot() {
    try {
      check(
          node.client()
              .getSnapshotManagementApi(node.division().getId())
              .create(0, TIMEOUT_MILLIS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new IllegalStateException(
          "the cluster refused: " + reply.getException(), reply.getException());
    }
  }

  private static long size(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | UncheckedIOException e) {
      return -1; // A segment was renamed while we looked.
    }
  }
}
