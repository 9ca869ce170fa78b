package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CounterLimitTest {
  @Test
  void creationBeyondTheLimitIsRefusedAndExistingCountersWorkOn() {
    CounterRegistry registry = Registries.limitedTo(2);
    registry.set("a", 1);
    registry.set("b", 2);
    Counter handle = registry.counter("c");
    List<Executable> creations =
        List.of(
            () -> registry.get("c"),
            () -> registry.set("c", 1),
            () -> registry.increment("c"),
            () -> registry.compareAndSet("c", 0, 1),
            () -> registry.lockCounter("c"),
            handle::get,
            handle::increment);
    for (Executable creation : creations) {
      assertEquals(
          "Limit: namespace 'test' holds 2 counters, its max-counters; remove some or raise it",
          assertThrows(IllegalStateException.class, creation).getMessage());
    }
    assertEquals(Map.of("a", 1L, "b", 2L), registry.getAllCounters());
    assertEquals(2, registry.increment("a"));

    registry.remove("a");
    assertEquals(1, handle.increment());
    assertThrows(IllegalStateException.class, () -> registry.get("a"));
  }

  @Test
  void theLimitIsExactWhenManyCreateAtOnce() throws Exception {
    for (int round = 0; round < Registries.rounds(50); round++) {
      CounterRegistry registry = Registries.limitedTo(10);
      AtomicInteger names = new AtomicInteger();
      List<Integer> created =
          Background.together(
              4,
              () -> {
                int successes = 0;
                for (int i = 0; i < 8; i++) {
                  try {
                    registry.increment("n" + names.incrementAndGet());
                    successes++;
                  } catch (IllegalStateException e) {
                    assertTrue(e.getMessage().startsWith("Limit: "), e.getMessage());
                  }
                }
                return successes;
              });
      assertEquals(10, created.stream().mapToInt(Integer::intValue).sum());
      assertEquals(10, registry.count());
      assertEquals(10, registry.getAllCounters().size());
    }
  }

  @Test
  void whoeverMayCreateIsNeverRefusedBelowTheLimit() throws Exception {
    CounterRegistry registry = Registries.limitedTo(4);
    AtomicInteger threads = new AtomicInteger();
    Background.together(
        4,
        () -> {
          String name = "n" + threads.incrementAndGet();
          for (int i = 0; i < Registries.rounds(2_000); i++) {
            assertEquals(1, registry.increment(name));
            assertEquals(1, registry.remove(name));
            Change late = Change.of(Operation.SET, 1, "app").under("gone");
            assertThrows(IllegalStateException.class, () -> registry.apply("none", late));
          }
          return null;
        });
    assertEquals(0, registry.count());
  }

  @Test
  void oneCounterIsCreatedOnceHoweverManyTry() throws Exception {
    for (int round = 0; round < Registries.rounds(200); round++) {
      CounterRegistry registry = Registries.empty();
      Background.together(3, () -> registry.increment("a"));
      assertEquals(3, registry.get("a"));
      assertEquals(1, registry.count());
    }
  }

  @Test
  void handlesNamesAndRemovalsMixWithoutALostUpdate() throws Exception {
    CounterRegistry registry = Registries.empty();
    List<Long> sums =
        Background.together(
            4,
            () -> {
              long sum = 0;
              for (int i = 0; i < Registries.rounds(5_000); i++) {
                registry.counter("a").increment();
                registry.increment("a");
                sum += 2;
                try {
                  sum -= registry.remove("a");
                } catch (CounterDoesntExistException e) {
                  assertEquals("Not found: a", e.getMessage());
                }
              }
              return sum;
            });
    assertEquals(sums.stream().mapToLong(Long::longValue).sum(), registry.get("a"));
    assertEquals(1, registry.count());
  }
}
