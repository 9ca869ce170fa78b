package io.sharedcounter.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/**
 * The way of requests to members in other processes. Thread-safe.
 *
 * <p>Uses neither the reads nor the ordered client of Ratis: the first were seen to be stale, the
 * second is dead after it has given up once.
 */
final class LeaderLink implements AutoCloseable {
  static final RaftGroupId GROUP =
      RaftGroupId.valueOf(
          UUID.nameUUIDFromBytes("io.sharedcounter".getBytes(StandardCharsets.UTF_8)));

  private final ClientId clientId = ClientId.randomId();
  private final RaftClient client;
  private final long attemptMillis;
  private final Set<RaftPeerId> resetting = ConcurrentHashMap.newKeySet();
  private final ExecutorService resets =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "sharedcounter-reset");
            thread.setDaemon(true);
            return thread;
          });

  LeaderLink(ClusterSettings settings, long attemptMillis) {
    this.attemptMillis = attemptMillis;
    this.client =
        RaftClient.newBuilder()
            .setClientId(clientId)
            .setRaftGroup(RaftGroup.valueOf(GROUP, peers(settings.peers())))
            .setProperties(RaftSettings.properties(settings))
            .setParameters(RaftSettings.parameters(settings))
            // For membership only; for ever, as by default, would hold its caller for ever.
            .setRetryPolicy(
                RetryPolicies.retryUpToMaximumCountWithFixedSleep(
                    10, TimeDuration.valueOf(200, TimeUnit.MILLISECONDS)))
            .build();
  }

  static List<RaftPeer> peers(Map<String, InetSocketAddress> addresses) {
    List<RaftPeer> peers = new ArrayList<>();
    addresses.forEach((name, address) -> peers.add(peer(name, address)));
    return peers;
  }

  static RaftPeer peer(String name, InetSocketAddress address) {
    return RaftPeer.newBuilder()
        .setId(name)
        .setAddress(address.getHostString() + ":" + address.getPort())
        .build();
  }

  RaftClient client() {
    return client;
  }

  /** Lets requests find members that came later than the settings. */
  void learn(Iterable<RaftPeer> peers) {
    peers.forEach(peer -> client.getClientRpc().addRaftPeers(List.of(peer)));
  }

  /** Returns the request that proposes an entry to that member. */
  RaftClientRequest entry(RaftPeerId to, byte[] entry) {
    return request(to, entry, RaftClientRequest.writeRequestType());
  }

  /** Proposes an entry, once, to a member in another process. */
  CompletableFuture<byte[]> send(RaftPeerId to, byte[] entry) {
    return send(to, entry(to, entry));
  }

  /** Asks that member what it has applied, once it has applied all up to that log index. */
  CompletableFuture<byte[]> ask(RaftPeerId whom, byte[] question, long minIndex) {
    return send(whom, request(whom, question, RaftClientRequest.staleReadRequestType(minIndex)));
  }

  private RaftClientRequest request(RaftPeerId to, byte[] message, RaftClientRequest.Type type) {
    return RaftClientRequest.newBuilder()
        .setClientId(clientId)
        .setLeaderId(to)
        .setGroupId(GROUP)
        .setCallId(CallId.getAndIncrement())
        .setMessage(Message.valueOf(ByteString.copyFrom(message)))
        .setType(type)
        .setTimeoutMs(attemptMillis)
        .build();
  }

  private CompletableFuture<byte[]> send(RaftPeerId to, RaftClientRequest request) {
    CompletableFuture<RaftClientReply> sent;
    try {
      sent = client.getClientRpc().sendRequestAsyncUnordered(request);
    } catch (RuntimeException e) {
      sent = CompletableFuture.failedFuture(e);
    }
    return sent.whenComplete((reply, error) -> resetIfBroken(to, error))
        .thenApply(LeaderLink::content);
  }

  static byte[] content(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new IllegalStateException("not known to be applied", reply.getException());
    }
    return reply.getMessage().getContent().toByteArray();
  }

  /** Resets the stream to a member from which nothing came back in time. */
  void reset(RaftPeerId silent) {
    resetIfBroken(silent, new IOException("no reply in time"));
  }

  /** A broken stream stays broken until it is reset, which takes seconds towards a dead peer. */
  private void resetIfBroken(RaftPeerId peer, @Nullable Throwable error) {
    if (error == null || !resetting.add(peer)) {
      return;
    }
    try {
      resets.execute(
          () -> {
            try {
              client.getClientRpc().handleException(peer, error, true);
            } finally {
              resetting.remove(peer);
            }
          });
    } catch (RejectedExecutionException e) {
      resetting.remove(peer);
    }
  }

  @Override
  public void close() {
    RaftNode.close(client);
    resets.shutdownNow();
  }
}
