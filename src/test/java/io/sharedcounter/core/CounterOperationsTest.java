package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CounterOperationsTest {
  private final CounterRegistry registry = Registries.empty();

  /** The self-test of the ancestor, in its order. */
  @Test
  void theSelfTestOfTheAncestorComesOutTheSame() {
    List<Long> byName =
        List.of(
            registry.get("bongo"),
            registry.set("bongo", 5),
            registry.getSet("bongo", 10),
            registry.getSet("bongo", 15),
            registry.getIncrement("bongo"),
            registry.getIncrement("bongo"),
            registry.increment("bongo"),
            registry.increment("bongo"),
            registry.increment("bongo", 5));
    Counter bongo = Registries.empty().counter("bongo");
    List<Long> byHandle =
        List.of(
            bongo.get(),
            bongo.set(5),
            bongo.getSet(10),
            bongo.getSet(15),
            bongo.getIncrement(),
            bongo.getIncrement(),
            bongo.increment(),
            bongo.increment(),
            bongo.increment(5));

    List<Long> expected = List.of(0L, 5L, 5L, 10L, 15L, 16L, 18L, 19L, 24L);
    assertEquals(expected, byName);
    assertEquals(expected, byHandle);
  }

  @Test
  void getCreatesAMissingCounterAtZero() {
    assertEquals(0, registry.get("a"));
    assertEquals(OptionalLong.of(0), registry.peek("a"));
    assertEquals(1, registry.count());
  }

  @Test
  void peekNeverCreates() {
    assertEquals(OptionalLong.empty(), registry.peek("a"));
    assertEquals(OptionalLong.empty(), registry.counter("a").peek());
    assertEquals(Map.of(), registry.getAllCounters());
    assertEquals(0, registry.count());
  }

  @Test
  void everyCreatingOperationCreatesAMissingCounterAtZeroFirst() {
    assertEquals(7, registry.set("set", 7));
    assertEquals(0, registry.getSet("getSet", 7));
    assertEquals(1, registry.increment("increment"));
    assertEquals(-3, registry.increment("incrementBy", -3));
    assertEquals(0, registry.getIncrement("getIncrement"));
    assertEquals(0, registry.getIncrement("getIncrementBy", 3));
    assertTrue(registry.compareAndSet("compareAndSet", 0, 7));
    assertFalse(registry.compareAndSet("unequal", 1, 7));
    registry.lockCounter("locked").close();

    assertEquals(
        Map.of(
            "set", 7L,
            "getSet", 7L,
            "increment", 1L,
            "incrementBy", -3L,
            "getIncrement", 1L,
            "getIncrementBy", 3L,
            "compareAndSet", 7L,
            "unequal", 0L,
            "locked", 0L),
        registry.getAllCounters());
    assertEquals(9, registry.count());
  }

  @Test
  void addingZeroOrANegativeNumberWorks() {
    registry.set("a", 10);
    assertEquals(10, registry.increment("a", 0));
    assertEquals(4, registry.increment("a", -6));
    assertEquals(4, registry.getIncrement("a", -6));
    assertEquals(-2, registry.get("a"));
  }

  @Test
  void compareAndSetSetsOnlyWhatIsExpected() {
    registry.set("a", 10);
    assertFalse(registry.compareAndSet("a", 9, 1));
    assertEquals(10, registry.get("a"));
    assertTrue(registry.compareAndSet("a", 10, 1));
    assertEquals(1, registry.get("a"));
    assertFalse(registry.compareAndSet("a", 0, 1));
  }

  @ParameterizedTest
  @MethodSource("edges")
  void everyValueIsLegal(long value) {
    Counter counter = registry.counter("a");
    assertEquals(value, counter.set(value));
    assertEquals(value, counter.get());
    assertEquals(OptionalLong.of(value), counter.peek());
    assertTrue(counter.compareAndSet(value, 0));
    assertTrue(counter.compareAndSet(0, value));
    assertFalse(counter.compareAndSet(value ^ 1, 0));
    assertEquals(value, counter.getSet(1));
    assertEquals(1, counter.getSet(value));
    assertEquals(Map.of("a", value), registry.getAllCounters());
    assertEquals(value, counter.getIncrement(0));
    assertEquals(value, registry.remove("a"));
    assertEquals(value, counter.increment(value));
  }

  static Stream<Long> edges() {
    return Stream.of(Long.MIN_VALUE, -1L << 62, -1L << 61, -1L << 60, 0L, 1L << 31, 1L << 60)
        .flatMap(edge -> Stream.of(edge - 1, edge, edge + 1))
        .flatMap(edge -> Stream.of(edge, -edge));
  }

  @Test
  void aSumBeyondEitherEndIsRefusedAndNothingChanges() {
    registry.set("top", Long.MAX_VALUE);
    registry.set("bottom", Long.MIN_VALUE);
    registry.set("positive", 1);
    registry.set("negative", -2);
    Map<String, Long> before = registry.getAllCounters();

    assertOverflow("top is 9223372036854775807, adding 1", () -> registry.increment("top"));
    assertOverflow("top is", () -> registry.getIncrement("top"));
    assertOverflow("bottom is", () -> registry.increment("bottom", -1));
    assertOverflow("bottom is", () -> registry.getIncrement("bottom", Long.MIN_VALUE));
    assertOverflow("positive is", () -> registry.increment("positive", Long.MAX_VALUE));
    assertOverflow("negative is", () -> registry.increment("negative", Long.MIN_VALUE));

    assertEquals(before, registry.getAllCounters());
    assertEquals(-1, registry.increment("top", Long.MIN_VALUE));
    assertEquals(-1, registry.increment("bottom", Long.MAX_VALUE));
  }

  private static void assertOverflow(String text, Callable<Long> change) {
    String message = assertThrows(ArithmeticException.class, change::call).getMessage();
    assertTrue(message.startsWith("Overflow: " + text), message);
    assertTrue(message.endsWith("leaves the 64-bit range; nothing changed"), message);
  }

  @Test
  void getAllCountersIsACopySortedByName() {
    for (String name : List.of("b", "a", "B", "ä", "aa", "\uD83D\uDE00", "\uFFFD")) {
      registry.increment(name);
    }
    Map<String, Long> all = registry.getAllCounters();
    registry.increment("b");
    registry.remove("a");
    registry.increment("c");

    assertEquals(
        List.of("B", "a", "aa", "b", "ä", "\uD83D\uDE00", "\uFFFD"), List.copyOf(all.keySet()));
    assertEquals(1, all.get("b"));
  }

  @Test
  void removeReturnsTheLastValueAndForgetsTheCounter() {
    registry.set("a", 42);
    assertEquals(42, registry.remove("a"));
    assertEquals(OptionalLong.empty(), registry.peek("a"));
    assertEquals(0, registry.count());
    assertEquals(Map.of(), registry.getAllCounters());
  }

  @Test
  void removeOfAMissingCounterSaysSo() {
    registry.counter("handleOnly");
    for (String name : List.of("missing", "handleOnly")) {
      Exception refusal =
          assertThrows(CounterDoesntExistException.class, () -> registry.remove(name));
      assertEquals("Not found: " + name, refusal.getMessage());
    }
    assertEquals(0, registry.count());
  }

  @Test
  void handlesOutliveRemove() {
    Counter early = registry.counter("a");
    early.set(5);
    Counter late = registry.counter("a");
    registry.remove("a");
    assertEquals(OptionalLong.empty(), early.peek());

    assertEquals(1, late.increment());
    assertEquals(1, early.get());
    assertEquals(1, registry.get("a"));
    registry.remove("a");
    assertEquals(0, early.getIncrement());
    assertEquals(Map.of("a", 1L), registry.getAllCounters());
    assertEquals(1, registry.count());
  }

  @Test
  void aHandleDoesNotCreate() {
    Counter handle = registry.counter("a");
    assertEquals("a", handle.name());
    assertEquals(0, registry.count());
    assertEquals(Map.of(), registry.getAllCounters());
    assertEquals(0, handle.get());
    assertEquals(1, registry.count());
  }
}
