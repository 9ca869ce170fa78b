package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Member;
import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Recorder;
import io.sharedcounter.core.RegistryListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Members and clients of one cluster in this JVM, for a test. Confined to the test's thread, but
 * {@link #find}.
 */
final class TestCluster implements AutoCloseable {
  /** Long, for busy machines: only a test that waits for the end of it sets it shorter. */
  private Duration timeout = Duration.ofSeconds(20);

  private final Path directory;
  private final Map<String, InetSocketAddress> peers = new LinkedHashMap<>();
  private final Map<String, Cluster> open = new LinkedHashMap<>();
  private final Map<String, CounterRegistry> registries = new ConcurrentHashMap<>();
  private final Map<String, Recorder> recorders = new LinkedHashMap<>();
  private long snapshotEntries = ClusterSettings.DEFAULT_SNAPSHOT_ENTRIES;

  /** Finds a port for each of the names; opens nothing. */
  TestCluster(Path directory, String... names) {
    this.directory = directory;
    List<Integer> ports = FreePorts.find(names.length);
    for (int i = 0; i < names.length; i++) {
      peers.put(names[i], InetSocketAddress.createUnresolved("127.0.0.1", ports.get(i)));
    }
  }

  /** The same at addresses that are known. */
  TestCluster(Path directory, Map<String, InetSocketAddress> peers) {
    this.directory = directory;
    this.peers.putAll(peers);
  }

  TestCluster snapshotEvery(long entries) {
    snapshotEntries = entries;
    return this;
  }

  TestCluster timeout(Duration most) {
    timeout = most;
    return this;
  }

  /** Lets a member that is opened from now on record its counters. */
  TestCluster record(String name, Recorder recorder) {
    recorders.put(name, recorder);
    return this;
  }

  /** Begins a new cluster of all the names. */
  TestCluster begin() {
    peers.keySet().forEach(name -> open(name, Start.BOOTSTRAP));
    leader();
    return this;
  }

  Path directory(String name) {
    return directory.resolve(name);
  }

  Map<String, InetSocketAddress> peers() {
    return peers;
  }

  String address(String name) {
    InetSocketAddress address = Objects.requireNonNull(peers.get(name));
    return name + "@" + address.getHostString() + ":" + address.getPort();
  }

  /** Returns the settings of a member, of the peers that {@code without} does not name. */
  ClusterSettings settings(String name, Start start, String... without) {
    Map<String, InetSocketAddress> known = new LinkedHashMap<>(peers);
    known.keySet().removeAll(List.of(without));
    return new ClusterSettings(
        known,
        timeout,
        Optional.empty(),
        Optional.of(new Member(name, directory(name), start, snapshotEntries)));
  }

  ClusterMember open(String name, Start start, String... without) {
    return (ClusterMember) open(name, settings(name, start, without));
  }

  Cluster openClient(String name) {
    return open(name, new ClusterSettings(peers, timeout, Optional.empty(), Optional.empty()));
  }

  private Cluster open(String name, ClusterSettings settings) {
    Recorder recorder = recorders.get(name);
    Cluster cluster =
        Cluster.open(settings, recorder == null ? Map.of() : Map.of("seats", recorder));
    open.put(name, cluster);
    CounterSettings seats =
        new CounterSettings("seats", 100_000, Duration.ofSeconds(5), InstantSource.system());
    registries.put(name, new CounterRegistry(seats, cluster.ledger(seats)));
    return cluster;
  }

  /** Stops a member or client, if it is open. */
  void stop(String name) {
    CounterRegistry registry = registries.remove(name);
    if (registry != null) {
      registry.close();
    }
    Cluster cluster = open.remove(name);
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Deletes what a member keeps. */
  void empty(String name) throws IOException {
    try (Stream<Path> files = Files.walk(directory(name))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  CounterRegistry on(String name) {
    return Objects.requireNonNull(registries.get(name));
  }

  Optional<CounterRegistry> find(String name) {
    return Optional.ofNullable(registries.get(name));
  }

  Cluster cluster(String name) {
    return Objects.requireNonNull(open.get(name));
  }

  boolean isLeader(String name) {
    return open.get(name) instanceof ClusterMember member && member.node().isLeader();
  }

  /** Waits for a leader. */
  String leader() {
    await("a leader", () -> open.keySet().stream().anyMatch(this::isLeader));
    return open.keySet().stream().filter(this::isLeader).findFirst().orElseThrow();
  }

  static RegistryListener statesTo(List<String> states) {
    return new RegistryListener() {
      @Override
      public void stateChanged(String state) {
        states.add(state);
      }
    };
  }

  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited in vain for " + what);
      LockSupport.parkNanos(10_000_000);
    }
  }

  @Override
  public void close() {
    new ArrayList<>(open.keySet()).forEach(this::stop);
  }
}
