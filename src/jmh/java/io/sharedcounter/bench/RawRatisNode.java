package io.sharedcounter.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.TimeDuration;

/**
 * Ratis as one would use it without more: one entry of the log for each increment, from callers in
 * the leader's process. The peer of the benchmark. Confined to the main thread.
 */
public final class RawRatisNode {
  private static final RaftGroupId GROUP =
      RaftGroupId.valueOf(UUID.nameUUIDFromBytes("raw".getBytes(StandardCharsets.UTF_8)));

  private RawRatisNode() {}

  /** Arguments: name, peers as {@code name@host:port}, directory. */
  public static void main(String[] args) throws Exception {
    java.util.logging.Logger ratis = java.util.logging.Logger.getLogger("org.apache.ratis");
    ratis.setLevel(java.util.logging.Level.WARNING);
    List<RaftPeer> peers = new ArrayList<>();
    RaftProperties properties = new RaftProperties();
    for (String peer : args[1].split(",")) {
      String[] parts = peer.split("[@:]");
      peers.add(
          RaftPeer.newBuilder().setId(parts[0]).setAddress(parts[1] + ":" + parts[2]).build());
      if (parts[0].equals(args[0])) {
        GrpcConfigKeys.Server.setHost(properties, parts[1]);
        GrpcConfigKeys.Server.setPort(properties, Integer.parseInt(parts[2]));
      }
    }
    RaftServerConfigKeys.setStorageDir(properties, List.of(Path.of(args[2]).toFile()));
    RaftServerConfigKeys.Rpc.setTimeoutMin(
        properties, TimeDuration.valueOf(500, TimeUnit.MILLISECONDS));
    RaftServerConfigKeys.Rpc.setTimeoutMax(
        properties, TimeDuration.valueOf(1_000, TimeUnit.MILLISECONDS));
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(RaftPeerId.valueOf(args[0]))
            .setGroup(RaftGroup.valueOf(GROUP, peers))
            .setProperties(properties)
            .setStateMachine(new Counters())
            .build();
    server.start();
    ClientId client = ClientId.randomId();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", -1);
      boolean isLeader = server.getDivision(GROUP).getInfo().isLeaderReady();
      String said =
          words[0].equals("leader")
              ? Boolean.toString(isLeader)
              : new ReplicatedNode.Measured(
                      Integer.parseInt(words[1]),
                      Long.parseLong(words[2]),
                      number -> increment(server, client, number))
                  .text();
      System.out.println("= " + said);
      System.out.flush();
    }
    Runtime.getRuntime().halt(0);
  }

  private static void increment(RaftServer server, ClientId client, int number) {
    ByteString name = ByteString.copyFrom(ByteBuffer.allocate(4).putInt(number).array());
    try {
      var reply =
          server
              .submitClientRequestAsync(
                  RaftClientRequest.newBuilder()
                      .setClientId(client)
                      .setLeaderId(server.getId())
                      .setGroupId(GROUP)
                      .setCallId(CallId.getAndIncrement())
                      .setMessage(Message.valueOf(name))
                      .setType(RaftClientRequest.writeRequestType())
                      .build())
              .get();
      if (!reply.isSuccess()) {
        throw new IllegalStateException(reply.getException());
      }
    } catch (Exception e) {
      // The leadership moved: in its favour, this counts as an increment.
      Thread.onSpinWait();
    }
  }

  /** Counts in memory; nothing of it is kept but the log. Confined to the threads of Ratis. */
  private static final class Counters extends BaseStateMachine {
    private final long[] values = new long[Callers.COUNTERS];

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      var entry = transaction.getLogEntry();
      int number = entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer().getInt();
      long value = ++values[number];
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      return CompletableFuture.completedFuture(
          Message.valueOf(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(value).array())));
    }
  }
}
