package io.sharedcounter.bench;

import com.codahale.metrics.MetricRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sharedcounter.core.Counter;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One counter that all threads increment, by handle, beside its peers. Thread-safe. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class HandleBenchmark {
  private final AtomicLong atomicLong = new AtomicLong();
  private final LongAdder longAdder = new LongAdder();
  private final CounterRegistry registry = new CounterRegistry(CounterSettings.of("bench"));
  private final Counter counter = registry.counter("hits");
  private final com.codahale.metrics.Counter dropwizard = new MetricRegistry().counter("hits");
  private final io.micrometer.core.instrument.Counter micrometer =
      new SimpleMeterRegistry().counter("hits");
  private final io.prometheus.metrics.core.metrics.Counter prometheus =
      io.prometheus.metrics.core.metrics.Counter.builder().name("hits").build();
  private final AtomicCounter agrona = newAgrona();
  private final Striped striped = new Striped();

  private static AtomicCounter newAgrona() {
    UnsafeBuffer labels = new UnsafeBuffer(ByteBuffer.allocateDirect(256 * 1024));
    UnsafeBuffer values = new UnsafeBuffer(ByteBuffer.allocateDirect(64 * 1024));
    return new CountersManager(labels, values).newCounter("hits");
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
  public long sharedCounterNegative() {
    return counter.increment(-1);
  }

  @Benchmark
  public long sharedCounterGet() {
    return counter.get();
  }

  @Benchmark
  public void longAdder() {
    longAdder.add(1);
  }

  @Benchmark
  public void striped() {
    striped.add(1);
  }

  @Benchmark
  public long stripedGet() {
    return striped.get();
  }

  @Benchmark
  public void dropwizard() {
    dropwizard.inc();
  }

  @Benchmark
  public void micrometer() {
    micrometer.increment();
  }

  @Benchmark
  public void prometheus() {
    prometheus.inc();
  }

  @Benchmark
  public long agrona() {
    return agrona.increment();
  }
}
