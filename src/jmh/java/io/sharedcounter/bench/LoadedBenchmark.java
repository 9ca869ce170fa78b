package io.sharedcounter.bench;

import io.sharedcounter.NamespaceConfig;
import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import io.sharedcounter.core.Counter;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A plain counter in a JVM where namespaces that archive and take snapshots are used as well, by
 * handle and by name, before every iteration: what they load must not slow it down. Thread-safe.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class LoadedBenchmark {
  private static final int USES = 20_000;

  private final AtomicLong atomicLong = new AtomicLong();
  private final ConcurrentHashMap<String, AtomicLong> map = new ConcurrentHashMap<>();
  private final String[] names = new String[100];
  private Path folder;
  private SharedCounters counters;
  private CounterRegistry plain;
  private Counter counter;

  /** Where a thread is in its walk over the names. Confined to its thread. */
  @State(Scope.Thread)
  public static class Walk {
    private int at;

    String next(String[] names) {
      int here = at;
      at = here + 1 == names.length ? 0 : here + 1;
      return names[here];
    }
  }

  /** Opens one namespace of each kind. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    folder = Files.createTempDirectory("loaded");
    counters =
        SharedCounters.open(
            SharedCountersConfig.builder()
                .dataDirectory(folder)
                .namespace(NamespaceConfig.builder("plain").build())
                .namespace(NamespaceConfig.builder("archived").archive(Durability.EVENTUAL).build())
                .namespace(
                    NamespaceConfig.builder("kept").snapshotEvery(Duration.ofMinutes(1)).build())
                .build());
    plain = counters.namespace("plain");
    counter = plain.counter("hits");
    for (int i = 0; i < names.length; i++) {
      String name = Growth.name(i);
      plain.get(name);
      map.put(name, new AtomicLong());
      names[i] = new String(name.toCharArray());
    }
  }

  /** Uses all of them, so that the compiler has seen every way. */
  @Setup(Level.Iteration)
  public void use() {
    for (CounterRegistry other :
        List.of(counters.namespace("archived"), counters.namespace("kept"), plain)) {
      Counter handle = other.counter("used");
      for (int i = 0; i < USES; i++) {
        handle.increment();
        other.increment(names[i % names.length]);
      }
    }
  }

  /** Closes and deletes everything. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    counters.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Benchmark
  public long atomicLong() {
    return atomicLong.addAndGet(1);
  }

  @Benchmark
  public long sharedCounter() {
    return counter.increment();
  }

  @Benchmark
  public long mapOfAtomicLong(Walk walk) {
    return map.get(walk.next(names)).addAndGet(1);
  }

  @Benchmark
  public long sharedCounterByName(Walk walk) {
    return plain.increment(walk.next(names));
  }
}
