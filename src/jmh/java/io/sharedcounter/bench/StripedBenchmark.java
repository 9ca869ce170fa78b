package io.sharedcounter.bench;

import io.sharedcounter.core.Counter;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One hot counter: ours beside the least that a striped one would have to do to stay exact. The
 * prototype has no limits, no locks and no way aside, so it is faster than a real one could be.
 * Thread-safe.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class StripedBenchmark {
  private final AtomicLong atomicLong = new AtomicLong();
  private final LongAdder longAdder = new LongAdder();
  private final Counter counter = new CounterRegistry(CounterSettings.of("bench")).counter("hits");
  private final Striped striped = new Striped();

  /**
   * A sum in eight stripes, each twice its part plus a bit that says closed. A reader closes all
   * stripes, one after the other, and what each held when it was closed is the sum at the moment
   * when the last one was. Thread-safe.
   */
  private static final class Striped {
    private static final int STRIPES = 8;

    /** In longs: 128 bytes, since processors fetch pairs of cache lines. */
    private static final int APART = 16;

    private final AtomicLongArray stripes = new AtomicLongArray((STRIPES + 1) * APART);

    void add(long value) {
      int stripe = APART * (1 + ((int) Thread.currentThread().getId() & (STRIPES - 1)));
      while ((stripes.getAndAdd(stripe, value << 1) & 1) != 0) {
        stripes.getAndAdd(stripe, -(value << 1));
        Thread.onSpinWait();
      }
    }

    synchronized long get() {
      long sum = 0;
      for (int i = 1; i <= STRIPES; i++) {
        sum += stripes.getAndAdd(i * APART, 1) >> 1;
      }
      for (int i = 1; i <= STRIPES; i++) {
        stripes.getAndAdd(i * APART, -1);
      }
      return sum;
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
  public long sharedCounterGet() {
    return counter.get();
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
  public void longAdder() {
    longAdder.add(1);
  }
}
