package io.sharedcounter.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * One member of the Raft group: server, disk and the way to the leader. Thread-safe.
 *
 * <p>Uses neither the reads nor the ordered client of Ratis: the first were seen to be stale, the
 * second is dead after it has given up once.
 */
final class RaftNode implements Channel, AutoCloseable {
  private static final Logger LOG = System.getLogger(RaftNode.class.getName());
  static final RaftGroupId GROUP =
      RaftGroupId.valueOf(
          UUID.nameUUIDFromBytes("io.sharedcounter".getBytes(StandardCharsets.UTF_8)));

  private final RaftPeerId self;
  private final ClientId clientId = ClientId.randomId();
  private final RaftServer server;
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

  /**
   * Starts the member.
   *
   * @throws IllegalArgumentException if the directory is empty and neither a new cluster nor
   *     joining one was asked for
   * @throws UncheckedIOException if the port or the directory cannot be used; nothing is left open
   */
  RaftNode(ClusterSettings settings, CounterStateMachine machine, long attemptMillis) {
    this.self = RaftPeerId.valueOf(settings.node());
    this.attemptMillis = attemptMillis;
    settings.checkFiles();
    RaftSettings.quiet();
    boolean isNew = prepare(settings);
    List<RaftPeer> peers = new ArrayList<>();
    settings.peers().forEach((name, address) -> peers.add(peer(name, address)));
    RaftGroup known = RaftGroup.valueOf(GROUP, peers);
    RaftGroup initial = isNew && settings.join() ? RaftGroup.valueOf(GROUP) : known;
    RaftProperties properties = RaftSettings.properties(settings);
    Parameters parameters = RaftSettings.parameters(settings);
    RaftServer started = null;
    try {
      started =
          RaftServer.newBuilder()
              .setServerId(self)
              .setGroup(initial)
              .setProperties(properties)
              .setParameters(parameters)
              .setStateMachine(machine)
              .setOption(
                  isNew ? RaftStorage.StartupOption.FORMAT : RaftStorage.StartupOption.RECOVER)
              .build();
      started.start();
      client =
          RaftClient.newBuilder()
              .setClientId(clientId)
              .setRaftGroup(known)
              .setProperties(properties)
              .setParameters(parameters)
              .build();
      server = started;
    } catch (IOException | RuntimeException e) {
      resets.shutdownNow();
      close(started);
      throw new UncheckedIOException(
          new IOException(
              "cluster member '"
                  + settings.node()
                  + "' did not start at "
                  + settings.address()
                  + " with "
                  + settings.directory()
                  + ": "
                  + rootMessage(e),
              e));
    }
  }

  /** Makes the directory, for us alone; returns whether it is new. */
  private static boolean prepare(ClusterSettings settings) {
    Path directory = settings.directory();
    boolean isNew = !Files.isDirectory(directory.resolve(GROUP.getUuid().toString()));
    if (isNew && !settings.bootstrap() && !settings.join()) {
      throw new IllegalArgumentException(
          "cluster.directory "
              + directory.toAbsolutePath()
              + " holds no member; for the first start of a new cluster set cluster.bootstrap ="
              + " true, to replace a lost disk remove the member, set cluster.join = true and add"
              + " it again");
    }
    if (!isNew && (settings.bootstrap() || settings.join())) {
      LOG.log(
          Level.WARNING,
          "[cluster] cluster.bootstrap and cluster.join are for the first start only; take them"
              + " out, or an emptied directory of {0} would vote again",
          settings.node());
    }
    try {
      Files.createDirectories(directory);
      if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return isNew;
  }

  static RaftPeer peer(String name, InetSocketAddress address) {
    return RaftPeer.newBuilder()
        .setId(name)
        .setAddress(address.getHostString() + ":" + address.getPort())
        .build();
  }

  RaftServer.Division division() {
    try {
      return server.getDivision(GROUP);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RaftClient client() {
    return client;
  }

  boolean isRunning() {
    return server.getLifeCycleState().isRunning() && division().getInfo().isAlive();
  }

  boolean isLeader() {
    return isRunning() && division().getInfo().isLeaderReady();
  }

  /** Returns the leader's name as far as this member knows. */
  Optional<String> leader() {
    RaftPeerId leader = isRunning() ? division().getInfo().getLeaderId() : null;
    return Optional.ofNullable(leader).map(RaftPeerId::toString);
  }

  @Override
  public boolean hasLeader() {
    return leader().isPresent();
  }

  @Override
  public CompletableFuture<byte[]> submit(byte[] entry) {
    RaftPeerId leader = division().getInfo().getLeaderId();
    if (leader == null) {
      return CompletableFuture.failedFuture(new IOException("no leader"));
    }
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(clientId)
            .setLeaderId(leader)
            .setGroupId(GROUP)
            .setCallId(CallId.getAndIncrement())
            .setMessage(Message.valueOf(ByteString.copyFrom(entry)))
            .setType(RaftClientRequest.writeRequestType())
            .setTimeoutMs(attemptMillis)
            .build();
    CompletableFuture<RaftClientReply> sent;
    try {
      sent =
          leader.equals(self)
              ? server.submitClientRequestAsync(request)
              : client.getClientRpc().sendRequestAsyncUnordered(request);
    } catch (IOException | RuntimeException e) {
      sent = CompletableFuture.failedFuture(e);
    }
    if (!leader.equals(self)) {
      sent = sent.whenComplete((reply, error) -> resetIfBroken(leader, error));
    }
    return sent.thenApply(RaftNode::content);
  }

  private static byte[] content(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new IllegalStateException("not known to be applied", reply.getException());
    }
    return reply.getMessage().getContent().toByteArray();
  }

  /** A broken stream stays broken until it is reset, which takes seconds towards a dead peer. */
  private void resetIfBroken(RaftPeerId peer, @org.jspecify.annotations.Nullable Throwable error) {
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

  /** Resets the stream to the leader: nothing came back from it in time. */
  void resetLeader() {
    RaftPeerId leader = isRunning() ? division().getInfo().getLeaderId() : null;
    if (leader != null && !leader.equals(self)) {
      resetIfBroken(leader, new IOException("no reply in time"));
    }
  }

  /** Lets the client know members that came later than the settings. */
  void learnPeers(Map<String, InetSocketAddress> peers) {
    peers.forEach(
        (name, address) -> client.getClientRpc().addRaftPeers(List.of(peer(name, address))));
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private static void close(@org.jspecify.annotations.Nullable AutoCloseable part) {
    if (part == null) {
      return;
    }
    try {
      part.close();
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "[cluster] closing", e);
    }
  }

  @Override
  public void close() {
    close(client);
    close(server);
    resets.shutdownNow();
  }
}
