package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.Import.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an import of many counters does to a namespace in memory. */
final class ImportTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final AtomicReference<Runnable> whenAsked = new AtomicReference<>(() -> {});
  private final CounterRegistry registry =
      new CounterRegistry(new CounterSettings("orders", 4, Duration.ZERO, this::time));

  ImportTest() {
    registry.set("a", 5);
    registry.set("b", -7);
    registry.set("far", Long.MAX_VALUE - 1);
  }

  private Instant time() {
    whenAsked.getAndSet(() -> {}).run();
    return now.get();
  }

  private long bring(Mode mode, Map<String, Long> values) {
    return registry.importAll(new Import(values, mode));
  }

  @Test
  void replaceLeavesExactlyTheValues() {
    assertEquals(4, bring(Mode.REPLACE, Map.of("a", 5L, "b", 1L, "new", Long.MIN_VALUE, "0", 0L)));
    assertEquals(
        Map.of("a", 5L, "b", 1L, "new", Long.MIN_VALUE, "0", 0L), registry.getAllCounters());
    assertEquals(4, registry.count());
  }

  @Test
  void replaceByNothingEmptiesTheNamespace() {
    assertEquals(3, bring(Mode.REPLACE, Map.of()));
    assertEquals(Map.of(), registry.getAllCounters());
    assertEquals(0, registry.count());
    assertEquals(1, registry.increment("a"));
  }

  @Test
  void addAddsAndCreatesAndLeavesTheOthers() {
    assertEquals(3, bring(Mode.ADD, Map.of("a", -6L, "b", 0L, "far", 1L, "new", 0L)));
    assertEquals(
        Map.of("a", -1L, "b", -7L, "far", Long.MAX_VALUE, "new", 0L), registry.getAllCounters());
  }

  @Test
  void maxKeepsTheLarger() {
    assertEquals(2, bring(Mode.MAX, Map.of("a", 4L, "b", -6L, "new", -1L)));
    assertEquals(
        Map.of("a", 5L, "b", -6L, "far", Long.MAX_VALUE - 1, "new", -1L),
        registry.getAllCounters());
  }

  @Test
  void handlesGoOnWithWhatWasImported() {
    Counter a = registry.counter("a");
    Counter gone = registry.counter("b");
    bring(Mode.REPLACE, Map.of("a", 40L));
    assertEquals(41, a.increment());
    assertTrue(gone.peek().isEmpty());
    assertEquals(1, gone.increment());
    assertEquals(Map.of("a", 41L, "b", 1L), registry.getAllCounters());
    assertEquals(2, registry.findCounters("", "", 10).counters().size());
  }

  @Test
  void anOverflowRefusesAll() {
    Map<String, Long> before = registry.getAllCounters();
    String message =
        assertThrows(ArithmeticException.class, () -> bring(Mode.ADD, Map.of("a", 1L, "far", 2L)))
            .getMessage();
    assertTrue(message.startsWith("Overflow: far is "), message);
    assertEquals(before, registry.getAllCounters());
    assertEquals(6, registry.increment("a"));
  }

  @Test
  void tooManyCountersRefuseAll() {
    Map<String, Long> before = registry.getAllCounters();
    String message =
        assertThrows(
                IllegalStateException.class,
                () -> bring(Mode.ADD, Map.of("a", 1L, "c", 1L, "d", 1L)))
            .getMessage();
    assertTrue(message.startsWith("Limit: "), message);
    assertEquals(before, registry.getAllCounters());
    assertEquals(3, registry.count());
    // What was put aside for the refused import left nothing behind.
    assertEquals(1, registry.increment("d"));
    assertThrows(IllegalStateException.class, () -> registry.increment("c"));
  }

  @ParameterizedTest
  @EnumSource
  void aLockOnACounterThatWouldChangeRefusesAll(Mode mode) {
    Map<String, Long> before = registry.getAllCounters();
    try (CounterLock lock = registry.lockCounter("a")) {
      Map<String, Long> values = Map.of("a", 9L, "b", 9L);
      String message =
          assertThrows(CounterLockedException.class, () -> bring(mode, values)).getMessage();
      assertTrue(message.startsWith("Locked: a is held by "), message);
      assertEquals(before, registry.getAllCounters());
      assertEquals(6, lock.increment());
    }
  }

  @Test
  void aLockOnACounterThatGoesRefusesAll() {
    Map<String, Long> before = registry.getAllCounters();
    try (CounterLock lock = registry.lockCounter("b")) {
      assertThrows(CounterLockedException.class, () -> bring(Mode.REPLACE, Map.of("a", 1L)));
      assertEquals(before, registry.getAllCounters());
      assertEquals(-7, lock.get());
    }
  }

  @Test
  void aLockOnACounterThatStaysAsItIsPasses() {
    try (CounterLock lock = registry.lockCounter("a")) {
      assertEquals(1, bring(Mode.MAX, Map.of("a", 5L, "b", 9L)));
      assertEquals(6, lock.increment());
    }
  }

  @Test
  void aLockWhoseLeaseEndedIsNoneAndItsHolderIsToldSo() {
    CounterLock lock = registry.lockCounter("a", Duration.ofSeconds(1));
    now.set(now.get().plusSeconds(1));
    List<String> told = new ArrayList<>();
    registry.listener(
        new RegistryListener() {
          @Override
          public void unlocked(Counter counter, HeldLock ended) {
            told.add(counter.name());
          }
        });
    assertEquals(1, bring(Mode.ADD, Map.of("a", 1L)));
    assertEquals(List.of("a"), told);
    assertThrows(IllegalStateException.class, lock::increment);
    assertEquals(Map.of(), registry.locks());
    assertEquals(7, registry.increment("a"));
  }

  @Test
  void theListenerHearsOfEachChange() {
    TreeSet<String> told = new TreeSet<>();
    registry.listener(
        new RegistryListener() {
          @Override
          public void existenceChanged(Counter counter) {
            told.add(counter.name() + " exists " + counter.peek().isPresent());
          }

          @Override
          public void imported(Counter counter, Imported change) {
            told.add(change.toString());
          }
        });
    bring(Mode.REPLACE, Map.of("a", 6L, "far", Long.MAX_VALUE - 1, "new", 1L));
    assertEquals(
        List.of(
            "a: 5 -> 6",
            "b exists false",
            "b: -7 -> absent",
            "new exists true",
            "new: absent -> 1"),
        List.copyOf(told));
  }

  @ParameterizedTest
  @EnumSource
  void checkingSaysWhatWouldChangeAndChangesNothing(Mode mode) {
    Import wanted = new Import(Map.of("a", 6L, "new", 1L), mode);
    Map<String, Long> before = registry.getAllCounters();
    List<Imported> said = registry.checkImport(wanted);
    assertEquals(before, registry.getAllCounters());
    assertEquals(3, registry.count());
    TreeSet<String> told = new TreeSet<>();
    registry.listener(
        new RegistryListener() {
          @Override
          public void imported(Counter counter, Imported change) {
            told.add(change.toString());
          }
        });
    assertEquals(said.size(), registry.importAll(wanted));
    assertEquals(new TreeSet<>(texts(said)), told);
  }

  private static List<String> texts(List<Imported> changes) {
    return changes.stream().map(Imported::toString).toList();
  }

  @Test
  void aNameThatIsNotAllowedIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Import(Map.of(" ", 1L), Mode.ADD));
  }

  @Test
  void aClosedNamespaceImportsNothing() {
    registry.close();
    assertThrows(NotAppliedException.class, () -> bring(Mode.ADD, Map.of("a", 1L)));
    assertThrows(NotAppliedException.class, registry::copy);
  }

  @Test
  void anImportThatMeetsARemovalUnderWayIsNotLostWithTheCounterThatGoes() throws Exception {
    Thread importing = new Thread(() -> bring(Mode.ADD, Map.of("a", 1L)));
    // The removal has begun, and asks for the time, when the import finds its counter.
    whenAsked.set(
        () -> {
          importing.start();
          long deadline = System.nanoTime() + 20_000_000_000L;
          while (importing.getState() != Thread.State.BLOCKED) {
            assertTrue(System.nanoTime() < deadline, "does not wait for the removal");
            Thread.onSpinWait();
          }
        });
    assertEquals(5, registry.remove("a"));
    importing.join(20_000);
    assertEquals(1, registry.peek("a").orElse(0));
    assertEquals(3, registry.count());
    assertEquals(3, registry.getAllCounters().size());
  }
}
