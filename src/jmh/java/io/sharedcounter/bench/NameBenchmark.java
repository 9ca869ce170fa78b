package io.sharedcounter.bench;

import com.codahale.metrics.MetricRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * One of many counters, by a name that is equal to the one it was created under but not the same
 * string, beside the peers. Thread-safe.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class NameBenchmark {
  /** How many names there are. */
  @Param({"1", "100", "100000"})
  public int names;

  private String[] asked;
  private ConcurrentHashMap<String, AtomicLong> map;
  private ConcurrentHashMap<String, LongAdder> adders;
  private CounterRegistry registry;
  private MetricRegistry dropwizard;
  private SimpleMeterRegistry micrometer;
  private io.prometheus.metrics.core.metrics.Counter prometheus;

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

  /** Creates every counter under its name; only those of the benchmark that is run. */
  @Setup
  public void create(BenchmarkParams params) {
    String kind = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
    Random random = new Random(1);
    asked = new String[names];
    map = new ConcurrentHashMap<>();
    adders = new ConcurrentHashMap<>();
    registry = new CounterRegistry(CounterSettings.of("bench"));
    dropwizard = new MetricRegistry();
    micrometer = new SimpleMeterRegistry();
    prometheus =
        io.prometheus.metrics.core.metrics.Counter.builder().name("n").labelNames("name").build();
    for (int i = 0; i < names; i++) {
      String name = String.format("orders.created.%011d", i);
      String equal = new String(name.toCharArray());
      switch (kind) {
        case "mapOfAtomicLong" -> map.put(name, new AtomicLong());
        case "mapOfLongAdder" -> adders.put(name, new LongAdder());
        case "dropwizard" -> dropwizard.counter(name);
        case "micrometer" -> micrometer.counter(name);
        case "prometheus" -> prometheus.labelValues(name);
        default -> registry.get(name);
      }
      asked[i] = equal;
    }
    Collections.shuffle(Arrays.asList(asked), random);
  }

  @Benchmark
  public long mapOfAtomicLong(Walk walk) {
    return map.get(walk.next(asked)).addAndGet(1);
  }

  @Benchmark
  public long sharedCounter(Walk walk) {
    return registry.increment(walk.next(asked));
  }

  @Benchmark
  public void mapOfLongAdder(Walk walk) {
    adders.get(walk.next(asked)).add(1);
  }

  @Benchmark
  public void dropwizard(Walk walk) {
    dropwizard.counter(walk.next(asked)).inc();
  }

  @Benchmark
  public void micrometer(Walk walk) {
    micrometer.counter(walk.next(asked)).increment();
  }

  @Benchmark
  public void prometheus(Walk walk) {
    prometheus.labelValues(walk.next(asked)).inc();
  }
}
