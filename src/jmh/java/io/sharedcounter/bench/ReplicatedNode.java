package io.sharedcounter.bench;

import com.sun.management.OperatingSystemMXBean;
import io.sharedcounter.cluster.Cluster;
import io.sharedcounter.cluster.ClusterSettings;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * One member in a process of its own, which does what it reads from standard input, one command a
 * line, and answers with one line each. Confined to the main thread.
 */
public final class ReplicatedNode {
  private final CounterRegistry registry;
  private final Cluster cluster;
  private final String[] names = Callers.names();

  private ReplicatedNode(Cluster cluster, CounterRegistry registry) {
    this.cluster = cluster;
    this.registry = registry;
  }

  /** Arguments: name, peers, directory. */
  public static void main(String[] args) throws Exception {
    ClusterSettings.Member member =
        new ClusterSettings.Member(
            args[0], Path.of(args[2]), ClusterSettings.Start.BOOTSTRAP, 50_000);
    Files.createDirectories(Path.of(args[2]).toAbsolutePath().getParent());
    Cluster cluster =
        Cluster.open(
            new ClusterSettings(
                ClusterSettings.parsePeers(args[1]),
                Duration.ofSeconds(10),
                Optional.empty(),
                Optional.of(member)));
    CounterSettings settings =
        new CounterSettings("bench", 2_000_000, Duration.ZERO, CounterSettings.of("bench").clock());
    CounterRegistry registry = new CounterRegistry(settings, cluster.ledger(settings));
    ReplicatedNode node = new ReplicatedNode(cluster, registry);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println("= " + node.run(line.split(" ", -1)));
      System.out.flush();
    }
    Runtime.getRuntime().halt(0);
  }

  private String run(String[] words) throws Exception {
    return switch (words[0]) {
      case "load" -> load(Integer.parseInt(words[1]), Long.parseLong(words[2]), words[3]);
      case "fill" -> fill(Integer.parseInt(words[1]));
      case "leader" -> Boolean.toString(isLeader());
      case "first" -> first();
      case "snapshot" -> snapshot();
      case "cpu" ->
          Long.toString(
              ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime());
      case "heap" -> heap();
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  private boolean isLeader() {
    return cluster.texts().get("Role").equals(List.of("LEADER"));
  }

  private String snapshot() {
    cluster.snapshotNow();
    return "done";
  }

  /** Waits for the first answer. */
  private String first() {
    while (true) {
      try {
        return Long.toString(registry.increment("first"));
      } catch (NotAppliedException | OutcomeUnknownException e) {
        Thread.onSpinWait();
      }
    }
  }

  private static String heap() {
    System.gc();
    return Long.toString(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  private String fill(int count) throws InterruptedException {
    AtomicLong next = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (long n; (n = next.getAndIncrement()) < count; ) {
                  registry.set(Growth.name((int) n), n);
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return "done";
  }

  private String load(int callers, long millis, String what) throws InterruptedException {
    boolean reads = what.equals("reads");
    return new Measured(
            callers,
            millis,
            number -> {
              try {
                if (reads) {
                  registry.get(names[number]);
                } else {
                  registry.increment(names[number]);
                }
              } catch (NotAppliedException | OutcomeUnknownException e) {
                // While there is no leader; the gap is what is measured then.
              }
            })
        .text();
  }

  /** What callers in threads of their own found. Confined to one thread once it is made. */
  static final class Measured {
    private final long[] nanos;
    private final long elapsed;

    Measured(int callers, long millis, IntConsumer call) throws InterruptedException {
      long start = System.nanoTime();
      long end = start + millis * 1_000_000;
      List<long[]> all = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        Thread thread =
            new Thread(
                () -> {
                  long[] own = new long[1 << 12];
                  int size = 0;
                  ThreadLocalRandom random = ThreadLocalRandom.current();
                  for (long before = System.nanoTime(); before - end < 0; ) {
                    call.accept(random.nextInt(Callers.COUNTERS));
                    long after = System.nanoTime();
                    if (size == own.length) {
                      own = Arrays.copyOf(own, size * 2);
                    }
                    own[size++] = after - before;
                    before = after;
                  }
                  synchronized (all) {
                    all.add(Arrays.copyOf(own, size));
                  }
                });
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      elapsed = System.nanoTime() - start;
      nanos = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    }

    /** Returns operations a second, p50, p99 and the longest, in milliseconds. */
    String text() {
      return String.join(
          " ",
          Double.toString(nanos.length * 1e9 / elapsed),
          millis(nanos.length / 2),
          millis(nanos.length * 99 / 100),
          millis(nanos.length - 1));
    }

    private String millis(int at) {
      return Double.toString(nanos.length == 0 ? -1 : nanos[at] / 1e6);
    }
  }
}
