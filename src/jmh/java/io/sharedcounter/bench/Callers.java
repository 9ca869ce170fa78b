package io.sharedcounter.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;

/**
 * Threads that each increment counters one after the other, for a while. Confined to one thread.
 */
final class Callers {
  /** How many counters they choose from, at random. */
  static final int COUNTERS = 1_000;

  private Callers() {}

  static String[] names() {
    String[] names = new String[COUNTERS];
    for (int i = 0; i < COUNTERS; i++) {
      names[i] = Growth.name(i);
    }
    return names;
  }

  /**
   * Lets each caller run in a thread of its own, and returns how many increments a second they got
   * together.
   *
   * @param callers increment the counter of the number they are given, and return when that is
   *     acknowledged
   * @param end is awaited within the measured time
   */
  static double perSecond(List<? extends IntConsumer> callers, long millis, Runnable end)
      throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    LongAdder done = new LongAdder();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long[] stop = new long[1];
    List<Thread> threads = new ArrayList<>();
    for (IntConsumer caller : callers) {
      Thread thread =
          new Thread(
              () -> {
                awaitGo(go);
                long mine = 0;
                ThreadLocalRandom random = ThreadLocalRandom.current();
                while (System.nanoTime() - stop[0] < 0) {
                  caller.accept(random.nextInt(COUNTERS));
                  mine++;
                }
                done.add(mine);
              });
      thread.setUncaughtExceptionHandler((ended, e) -> failure.set(e));
      thread.start();
      threads.add(thread);
    }
    long start = System.nanoTime();
    stop[0] = start + millis * 1_000_000;
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    end.run();
    long nanos = System.nanoTime() - start;
    if (failure.get() != null) {
      throw new IllegalStateException("a caller failed", failure.get());
    }
    return done.sum() * 1e9 / nanos;
  }

  private static void awaitGo(CountDownLatch go) {
    try {
      go.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
