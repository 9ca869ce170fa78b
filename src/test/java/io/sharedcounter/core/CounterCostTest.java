package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What a counter takes of the heap, by what the JVM says that this thread allocated. */
class CounterCostTest {
  private static final int MANY = 100_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final CounterRegistry registry = Registries.empty();
  private final Counter counter = registry.counter("a");

  private long allocatedBy(Runnable task) {
    task.run();
    long before = threads.getCurrentThreadAllocatedBytes();
    task.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  /** With references of 4 bytes, as on heaps up to 32 GB. */
  @Test
  void aCounterIsAnObjectOfAtMost40Bytes() {
    Counter[] kept = new Counter[MANY];
    CounterTable table = counter.table();
    long bytes =
        allocatedBy(
            () -> {
              for (int i = 0; i < MANY; i++) {
                kept[i] = new Counter(table, "a");
              }
            });
    assertEquals(MANY, kept.length);
    assertTrue(bytes >= 24L * MANY && bytes < 40L * MANY + MANY / 10, bytes + " for " + MANY);
  }

  @Test
  void callsByHandleAndByNameAllocateNothing() {
    counter.set(0);
    long bytes =
        allocatedBy(
            () -> {
              for (int i = 0; i < MANY; i++) {
                counter.increment();
                counter.increment(-1);
                counter.set(counter.get());
                counter.getSet(i);
                registry.increment("a");
                registry.get("a");
              }
            });
    assertTrue(bytes < MANY / 10, bytes + " for " + MANY);
  }
}
