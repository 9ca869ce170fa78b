package io.sharedcounter.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.proto.RaftProtos.LogInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.GroupInfoRequest;
import org.apache.ratis.protocol.GroupListReply;
import org.apache.ratis.protocol.GroupListRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.CallId;

/** Asks members, one at a time, what they know of the cluster. Thread-safe. */
final class Peers {
  private static final int CONNECT_MILLIS = 500;

  private final LeaderLink link;

  /**
   * What a member said.
   *
   * @param role LEADER, FOLLOWER or CANDIDATE; WAITING for a process that takes part in no cluster
   * @param hasBegun whether there is anything in its log
   * @param voters the members as it knows them
   * @param leader the leader's name as far as it knows
   * @param term the number of the leader's term
   * @param applied the log index up to which it has applied
   */
  record Seen(
      String role,
      boolean hasBegun,
      Collection<RaftPeer> voters,
      Optional<RaftPeerId> leader,
      long term,
      long applied) {
    boolean takesPart() {
      return !role.equals(WAITING);
    }

    boolean knows(String node) {
      return voters.stream().anyMatch(voter -> voter.getId().toString().equals(node));
    }
  }

  static final String WAITING = "WAITING";

  Peers(LeaderLink link) {
    this.link = link;
  }

  /** Asks a member; returns empty if it cannot be reached. */
  Optional<Seen> look(RaftPeer peer) {
    if (!accepts(peer)) {
      return Optional.empty();
    }
    RaftClientRpc rpc = link.client().getClientRpc();
    RaftPeerId id = peer.getId();
    try {
      link.learn(List.of(peer));
      GroupListReply groups =
          (GroupListReply)
              rpc.sendRequest(
                  new GroupListRequest(
                      link.client().getId(), id, LeaderLink.GROUP, CallId.getAndIncrement()));
      if (!groups.getGroupIds().contains(LeaderLink.GROUP)) {
        return Optional.of(new Seen(WAITING, false, List.of(), Optional.empty(), -1, -1));
      }
      GroupInfoReply info =
          (GroupInfoReply)
              rpc.sendRequest(
                  new GroupInfoRequest(
                      link.client().getId(), id, LeaderLink.GROUP, CallId.getAndIncrement()));
      return Optional.of(seen(info));
    } catch (IOException | RuntimeException e) {
      // One that is only just starting, or stopping, or does not trust us, or is behind a link that
      // accepts for it. Of itself gRPC would wait ever longer, up to two minutes, to connect again.
      link.reset(id);
      return Optional.empty();
    }
  }

  /** Returns whether somebody listens there: a call to nobody makes gRPC wait ever longer. */
  private static boolean accepts(RaftPeer peer) {
    String address = peer.getAddress();
    int colon = address.lastIndexOf(':');
    int port = Integer.parseInt(address.substring(colon + 1));
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.substring(0, colon), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Seen seen(GroupInfoReply info) {
    LogInfoProto log = info.getLogInfoProto();
    RoleInfoProto role = info.getRoleInfoProto();
    Optional<RaftPeerId> leader = Optional.empty();
    if (role.getRole() == RaftPeerRole.LEADER) {
      leader = Optional.of(RaftPeerId.valueOf(role.getSelf().getId()));
    } else if (role.hasFollowerInfo()
        && !role.getFollowerInfo().getLeaderInfo().getId().getId().isEmpty()) {
      leader =
          Optional.of(RaftPeerId.valueOf(role.getFollowerInfo().getLeaderInfo().getId().getId()));
    }
    return new Seen(
        role.getRole().toString(),
        log.hasLastEntry() || log.hasLastSnapshot(),
        info.getGroup().getPeers(),
        leader,
        log.hasLastEntry() ? log.getLastEntry().getTerm() : -1,
        log.hasApplied() ? log.getApplied().getIndex() : -1);
  }
}
