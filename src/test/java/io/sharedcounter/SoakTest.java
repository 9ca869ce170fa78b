package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterDoesntExistException;
import io.sharedcounter.core.CounterLock;
import io.sharedcounter.core.CounterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Eight threads for a long time: nothing is lost, and the heap does not grow. */
@Tag("long")
class SoakTest {
  private static final int THREADS = 8;
  private static final Duration LENGTH =
      Duration.parse(System.getProperty("sharedcounter.soak", "PT1H"));

  private final AtomicLong fresh = new AtomicLong();
  private volatile boolean isOver;

  @Test
  void countersLocksRemovalsAndMBeansComeAndGoOnAFlatHeap() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (SharedCounters counters = SharedCounters.open()) {
      CounterRegistry registry = counters.namespace("soak");
      List<Future<Long>> sums = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        sums.add(threads.submit(() -> work(registry)));
      }
      List<Long> heap = new ArrayList<>();
      int samples = 20;
      for (int i = 0; i < samples; i++) {
        new CountDownLatch(1).await(LENGTH.toMillis() / samples, TimeUnit.MILLISECONDS);
        heap.add(usedHeap());
      }
      isOver = true;
      long sum = 0;
      for (Future<Long> each : sums) {
        sum += each.get(60, TimeUnit.SECONDS);
      }
      assertEquals(sum, registry.get("all") + registry.get("hot"));
      long early = heap.subList(2, 8).stream().mapToLong(Long::longValue).max().orElseThrow();
      long late = heap.subList(14, 20).stream().mapToLong(Long::longValue).min().orElseThrow();
      assertTrue(late < early * 1.2 + 4_000_000, "the heap grew: " + heap);
    } finally {
      threads.shutdownNow();
    }
  }

  private long work(CounterRegistry registry) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long sum = 0;
    while (!isOver) {
      String name = "n" + random.nextInt(2_000);
      registry.increment(name);
      try {
        registry.remove(name);
      } catch (CounterDoesntExistException e) {
        assertEquals("Not found: " + name, e.getMessage());
      }
      // A name never used before: whatever stays behind of it makes the heap grow.
      String once = "once" + fresh.incrementAndGet();
      registry.set(once, Long.MAX_VALUE);
      assertEquals(Long.MAX_VALUE, registry.remove(once));
      for (int i = 0; i < 100; i++) {
        registry.increment("hot");
      }
      sum += 100;
      try (CounterLock lock = registry.lockCounter("all")) {
        long before = lock.get();
        lock.set(before + 3);
        assertEquals(before + 3, lock.increment(0));
        sum += 3;
      }
      registry.findCounters("n1*", "", 20);
    }
    return sum;
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
