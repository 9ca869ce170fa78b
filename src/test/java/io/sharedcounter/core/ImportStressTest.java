package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.Import.Mode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Imports while other threads count, on the fast path and beside it. */
@Tag("proof")
final class ImportStressTest {
  private static final int ROUNDS =
      "long".equals(System.getProperty("sharedcounter.proof")) ? 200_000 : 3_000;

  private final CounterRegistry registry = new CounterRegistry(CounterSettings.of("orders"));
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final List<Background<?>> running = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    isOver.set(true);
    for (Background<?> each : running) {
      each.result();
    }
  }

  private void run(Runnable task) {
    running.add(Background.start(Executors.callable(task)));
  }

  @Test
  void noIncrementIsLostOrDoubledByAnImport() throws Exception {
    AtomicLong incremented = new AtomicLong();
    Counter far = registry.counter("far");
    far.set(1L << 62);
    for (int i = 0; i < 2; i++) {
      run(
          () -> {
            Counter near = registry.counter("near");
            while (!isOver.get()) {
              near.increment();
              far.increment();
              registry.increment("by name", 3);
              incremented.incrementAndGet();
            }
          });
    }
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, Long> values = Map.of("near", 1L, "far", 1L, "by name", 1L, "other", 1L);
      registry.importAll(new Import(values, Mode.ADD));
      registry.importAll(new Import(Map.of("near", Long.MIN_VALUE, "far", 0L), Mode.MAX));
    }
    end();
    long counted = incremented.get();
    assertTrue(counted > 0);
    assertEquals(
        Map.of(
            "near", counted + ROUNDS,
            "far", (1L << 62) + counted + ROUNDS,
            "by name", 3 * counted + ROUNDS,
            "other", (long) ROUNDS),
        registry.getAllCounters());
  }

  @Test
  void whoeverSawOneNewValueSeesNoOldOne() throws Exception {
    int counters = 64;
    AtomicLong reads = new AtomicLong();
    for (int i = 0; i < 2; i++) {
      run(
          () -> {
            while (!isOver.get()) {
              long last = -1;
              for (int c = 0; c < counters; c++) {
                // Each import brings the same number into all, larger each time.
                long value = registry.peek("c" + c).orElse(-1);
                assertTrue(value >= last, value + " after " + last);
                last = value;
              }
              reads.incrementAndGet();
            }
          });
    }
    run(
        () -> {
          while (!isOver.get()) {
            Copy copy = registry.copy();
            assertTrue(Map.of().equals(copy.counters()) || copy.counters().size() == counters);
            assertEquals(
                copy.counters().isEmpty() ? 0 : 1,
                copy.counters().values().stream().distinct().count());
          }
        });
    for (long round = 0; round < ROUNDS || reads.get() < 100; round++) {
      Map<String, Long> values = new HashMap<>();
      for (int c = 0; c < counters; c++) {
        values.put("c" + c, round);
      }
      registry.importAll(new Import(values, round % 2 == 0 ? Mode.REPLACE : Mode.MAX));
    }
    end();
  }

  @Test
  void creationsAndRemovalsOfOthersKeepTheCountExact() throws Exception {
    for (int i = 0; i < 2; i++) {
      String name = "own " + i;
      run(
          () -> {
            while (!isOver.get()) {
              registry.increment(name);
              try {
                registry.remove(name);
              } catch (CounterDoesntExistException e) {
                // An import removed it meanwhile.
              }
            }
          });
    }
    for (int round = 0; round < ROUNDS; round++) {
      registry.importAll(new Import(Map.of("own 0", 7L, "kept", 1L), Mode.REPLACE));
    }
    end();
    assertEquals(registry.getAllCounters().size(), registry.count());
    assertEquals(1, registry.peek("kept").orElse(0));
  }

  @Test
  void whatIsImportedIntoACounterThatIsBeingRemovedIsRemovedOrStays() throws Exception {
    AtomicLong removed = new AtomicLong();
    run(
        () -> {
          while (!isOver.get()) {
            try {
              removed.addAndGet(registry.remove("x"));
            } catch (CounterDoesntExistException e) {
              Thread.onSpinWait();
            }
          }
        });
    int rounds = 50 * ROUNDS;
    for (int round = 0; round < rounds; round++) {
      registry.importAll(new Import(Map.of("x", 1L), Mode.ADD));
    }
    end();
    assertEquals(rounds, removed.get() + registry.peek("x").orElse(0));
    assertEquals(registry.getAllCounters().size(), registry.count());
  }
}
