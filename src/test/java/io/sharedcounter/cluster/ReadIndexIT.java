package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.sharedcounter.cluster.ClusterSettings.Member;
import io.sharedcounter.cluster.ClusterSettings.Start;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why reads travel through the log: our state and our batches on Ratis, but with reads on Ratis'
 * own path at its strictest setting. A leader that is cut off goes on answering them from its old
 * state until it notices, and the checker finds that.
 */
class ReadIndexIT {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final String COUNTER = "n";

  @TempDir private Path directory;
  private final Map<String, LinkProxy> links = new LinkedHashMap<>();
  private final Map<String, RaftServer> servers = new LinkedHashMap<>();
  private final ClientId client = ClientId.randomId();
  private final History history = new History();
  private final long[] session = {-1, 0};

  /** Our state behind Ratis, that answers its reads too. Confined to the threads of Ratis. */
  private static final class Machine extends BaseStateMachine {
    private final ReplicatedState state = new ReplicatedState();

    @Override
    public synchronized CompletableFuture<Message> applyTransaction(TransactionContext entry) {
      long index = entry.getLogEntry().getIndex();
      byte[] bytes = entry.getLogEntry().getStateMachineLogEntry().getLogData().toByteArray();
      updateLastAppliedTermIndex(entry.getLogEntry().getTerm(), index);
      return message(state.apply(index, bytes));
    }

    @Override
    public synchronized CompletableFuture<Message> query(Message request) {
      NamespaceState content = state.namespaces().get(COUNTER);
      long value =
          content == null ? 0 : Objects.requireNonNull(content.counters().get(COUNTER)).value();
      return message(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    private static CompletableFuture<Message> message(byte[] bytes) {
      return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFrom(bytes)));
    }
  }

  @AfterEach
  void close() {
    servers.values().forEach(RaftNode::close);
    links.values().forEach(LinkProxy::close);
  }

  @Test
  @Tag("long")
  void readsByTheReadIndexOfRatisAreFoundToBeOld() throws Exception {
    start();
    String old = leader(NAMES);
    register(old);
    for (int i = 0; i < 5; i++) {
      increment(old);
    }
    read(old); // From now on Ratis holds this index for confirmed.
    assertEquals(List.of(), history.violations());

    links.values().forEach(link -> link.cut(true));
    heal(NAMES.stream().filter(name -> !name.equals(old)).toList());
    String next = leader(NAMES.stream().filter(name -> !name.equals(old)).toList());
    register(next);
    increment(next);
    assertEquals(List.of(), history.violations());
    read(old);
    assertFalse(history.violations().isEmpty(), "ReadIndex of Ratis may be right now");
  }

  private void heal(List<String> names) {
    for (String from : names) {
      for (String to : names) {
        if (!from.equals(to)) {
          Objects.requireNonNull(links.get(from + ">" + to)).cut(false);
        }
      }
    }
  }

  private void start() throws IOException {
    RaftSettings.tame();
    RaftSettings.silence();
    List<Integer> ports = FreePorts.find(NAMES.size());
    for (String name : NAMES) {
      Map<String, InetSocketAddress> peers = new LinkedHashMap<>();
      for (int i = 0; i < NAMES.size(); i++) {
        String to = NAMES.get(i);
        int port = ports.get(i);
        if (!to.equals(name)) {
          LinkProxy link = new LinkProxy(port);
          links.put(name + ">" + to, link);
          port = link.port();
        }
        peers.put(to, InetSocketAddress.createUnresolved("127.0.0.1", port));
      }
      Member member = new Member(name, directory.resolve(name), Start.BOOTSTRAP, 50_000);
      ClusterSettings settings =
          new ClusterSettings(peers, Duration.ofSeconds(5), Optional.empty(), Optional.of(member));
      RaftProperties properties = RaftSettings.properties(settings);
      RaftServerConfigKeys.Read.setOption(
          properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
      if (name.equals("a")) {
        // The one that leads is slow to notice; by itself it would never be elected.
        RaftServerConfigKeys.Rpc.setTimeoutMin(
            properties, TimeDuration.valueOf(8, TimeUnit.SECONDS));
        RaftServerConfigKeys.Rpc.setTimeoutMax(
            properties, TimeDuration.valueOf(9, TimeUnit.SECONDS));
      }
      RaftServer server =
          RaftServer.newBuilder()
              .setServerId(RaftPeerId.valueOf(name))
              .setGroup(RaftGroup.valueOf(LeaderLink.GROUP, LeaderLink.peers(peers)))
              .setProperties(properties)
              .setStateMachine(new Machine())
              .setOption(RaftStorage.StartupOption.FORMAT)
              .build();
      servers.put(name, server);
      server.start();
    }
    RaftServer first = Objects.requireNonNull(servers.get(leader(NAMES)));
    if (!first.getId().toString().equals("a")) {
      var settings =
          new ClusterSettings(
              plain(ports), Duration.ofSeconds(5), Optional.empty(), Optional.empty());
      try (LeaderLink link = new LeaderLink(settings, 2_000)) {
        var unused = link.client().admin().transferLeadership(RaftPeerId.valueOf("a"), 5_000);
      }
      TestCluster.await("a to lead", () -> leads("a"));
    }
  }

  private static Map<String, InetSocketAddress> plain(List<Integer> ports) {
    Map<String, InetSocketAddress> peers = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.size(); i++) {
      peers.put(NAMES.get(i), InetSocketAddress.createUnresolved("127.0.0.1", ports.get(i)));
    }
    return peers;
  }

  private boolean leads(String name) {
    try {
      RaftServer server = Objects.requireNonNull(servers.get(name));
      return server.getDivision(LeaderLink.GROUP).getInfo().isLeaderReady();
    } catch (IOException e) {
      return false;
    }
  }

  private String leader(List<String> names) {
    TestCluster.await("one of " + names + " to lead", () -> names.stream().anyMatch(this::leads));
    return names.stream().filter(this::leads).findFirst().orElseThrow();
  }

  private byte[] ask(String whom, RaftClientRequest.Type type, byte[] message) throws Exception {
    RaftServer server = Objects.requireNonNull(servers.get(whom));
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(server.getId())
            .setGroupId(LeaderLink.GROUP)
            .setCallId(CallId.getAndIncrement())
            .setMessage(Message.valueOf(ByteString.copyFrom(message)))
            .setType(type)
            .build();
    return LeaderLink.content(server.submitClientRequestAsync(request).get(10, TimeUnit.SECONDS));
  }

  private void register(String through) throws Exception {
    byte[] reply = ask(through, RaftClientRequest.writeRequestType(), Batch.register().encode());
    session[0] = BatchReply.decode(reply).index();
    session[1] = 0;
  }

  private void increment(String through) throws Exception {
    long start = System.nanoTime();
    Request request = Logs.request(io.sharedcounter.core.Operation.INCREMENT, COUNTER, 1);
    byte[] reply =
        ask(
            through,
            RaftClientRequest.writeRequestType(),
            Logs.batch(session[0], ++session[1], request));
    long value = BatchReply.decode(reply).answers().get(0).after();
    history.increment(start, System.nanoTime(), value);
  }

  private void read(String through) throws Exception {
    long start = System.nanoTime();
    byte[] reply = ask(through, RaftClientRequest.readRequestType(), new byte[0]);
    history.read(start, System.nanoTime(), ByteBuffer.wrap(reply).getLong());
  }
}
