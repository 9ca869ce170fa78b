package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CounterLockTest {
  private final ManualClock clock = new ManualClock();
  private final CounterRegistry registry = Registries.at(clock);
  private final Counter counter = registry.counter("a");

  @Test
  void theHolderChangesTheCounterThroughTheLock() {
    counter.set(10);
    try (CounterLock lock = registry.lockCounter("a")) {
      assertEquals("a", lock.name());
      assertEquals(10, lock.get());
      assertEquals(11, lock.increment());
      assertEquals(14, lock.increment(3));
      assertEquals(14, lock.getIncrement());
      assertEquals(15, lock.getIncrement(-5));
      assertEquals(10, lock.getSet(20));
      assertEquals(21, lock.set(21));
      assertTrue(lock.compareAndSet(21, 22));
      assertFalse(lock.compareAndSet(21, 23));
      assertEquals(22, counter.get());
    }
    assertEquals(23, counter.increment());
  }

  @Test
  void lockingCreatesAMissingCounterAtZero() {
    try (CounterLock lock = registry.lockCounter("new")) {
      assertEquals(0, lock.get());
      assertEquals(OptionalLong.of(0), registry.peek("new"));
    }
    assertEquals(Map.of("new", 0L), registry.getAllCounters());
  }

  static Stream<Executable> changesByOthers(CounterRegistry registry) {
    Counter counter = registry.counter("a");
    return Stream.of(
        () -> counter.set(1),
        () -> counter.getSet(1),
        counter::increment,
        () -> counter.increment(-1),
        () -> counter.increment(0),
        () -> counter.increment(1L << 40),
        counter::getIncrement,
        () -> counter.getIncrement(Long.MAX_VALUE),
        () -> counter.compareAndSet(10, 1),
        () -> counter.compareAndSet(1, 1L << 62),
        counter::lock,
        () -> registry.remove("a"),
        () -> registry.unlockCounter("a", "wrong"),
        () -> registry.apply("a", Change.of(Operation.SET, 1, "jmx:local")),
        () -> registry.apply("a", Change.of(Operation.SET, 1, "jmx:local").under("wrong")));
  }

  @Test
  void everyChangeByOthersIsRefusedReadsPassAndNothingChanges() {
    counter.set(10);
    CounterLock lock = registry.lockCounter("a");
    for (Executable change : changesByOthers(registry).toList()) {
      String message = assertThrows(CounterLockedException.class, change).getMessage();
      assertEquals(
          "Locked: a is held by app (thread "
              + Thread.currentThread().getName()
              + ") until 2026-01-01T00:00:30Z",
          message);
      assertEquals(10, counter.get());
      assertEquals(OptionalLong.of(10), registry.peek("a"));
      assertEquals(Map.of("a", 10L), registry.getAllCounters());
    }
    assertEquals(11, lock.increment());
    lock.close();
    assertEquals(12, counter.increment());
  }

  @Test
  void aLeaseThatHasEndedFreesTheCounterAndItsHolderGetsErrors() {
    counter.set(10);
    CounterLock late = registry.lockCounter("a", Duration.ofSeconds(5));
    clock.advance(Duration.ofMillis(4_999));
    assertThrows(CounterLockedException.class, counter::increment);
    clock.advance(Duration.ofMillis(1));

    for (Executable change : changesOf(late)) {
      String message = assertThrows(IllegalStateException.class, change).getMessage();
      assertEquals("Not locked: a; the lease ended or the lock was released", message);
    }
    assertEquals(11, counter.increment());
    late.close();
    assertEquals(12, counter.increment());
  }

  private static List<Executable> changesOf(CounterLock lock) {
    return List.of(
        lock::get,
        () -> lock.set(1),
        () -> lock.getSet(1),
        lock::increment,
        () -> lock.increment(2),
        lock::getIncrement,
        () -> lock.getIncrement(2),
        () -> lock.compareAndSet(10, 1),
        () -> lock.renew(Duration.ZERO));
  }

  @Test
  void theLateHolderIsRefusedAlsoWhenAnotherHoldsTheLock() {
    CounterLock late = registry.lockCounter("a", Duration.ofSeconds(1));
    clock.advance(Duration.ofSeconds(1));
    CounterLock next = registry.lockCounter("a");
    assertNotEquals(late.token(), next.token());
    for (Executable change : changesOf(late)) {
      assertThrows(CounterLockedException.class, change);
    }
    late.close();
    assertEquals(1, next.increment());
  }

  @Test
  void theLateHolderDoesNotCreateTheCounterAgain() {
    CounterLock late = registry.lockCounter("a", Duration.ofSeconds(1));
    clock.advance(Duration.ofSeconds(1));
    registry.remove("a");
    assertThrows(IllegalStateException.class, late::increment);
    assertThrows(CounterDoesntExistException.class, () -> late.renew(Duration.ofSeconds(1)));
    late.close();
    assertEquals(OptionalLong.empty(), registry.peek("a"));
    assertEquals(0, registry.count());
  }

  @Test
  void renewingStartsANewLeaseFromNow() {
    CounterLock lock = registry.lockCounter("a", Duration.ofSeconds(5));
    clock.advance(Duration.ofSeconds(4));
    lock.renew(Duration.ofSeconds(5));
    assertEquals(clock.instant().plusSeconds(5), lock.expiresAt());
    clock.advance(Duration.ofSeconds(4));
    assertEquals(1, lock.increment());
    lock.renew(Duration.ZERO);
    assertEquals(clock.instant().plusSeconds(30), lock.expiresAt());
    clock.advance(Duration.ofSeconds(30));
    assertThrows(IllegalStateException.class, lock::increment);
  }

  @Test
  void aRefusedRenewalLeavesTheLeaseAsItWas() {
    CounterLock lock = registry.lockCounter("a", Duration.ofSeconds(5));
    assertThrows(IllegalArgumentException.class, () -> lock.renew(Duration.ofMinutes(11)));
    assertEquals(clock.instant().plusSeconds(5), lock.expiresAt());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-0.000000001S", "PT10M0.000000001S", "PT20000000000H"})
  void aLeaseOutOfRangeIsRefusedAndSaysTheRange(String lease) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> registry.lockCounter("a", Duration.parse(lease)))
            .getMessage();
    assertTrue(message.startsWith("lease of PT"), message);
    assertTrue(message.contains("up to PT10M"), message);
    assertEquals(OptionalLong.empty(), counter.peek());
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 600_001, Long.MIN_VALUE, Long.MAX_VALUE})
  void leaseMillisOutOfRangeAreRefused(long millis) {
    assertThrows(IllegalArgumentException.class, () -> Change.lock(millis, "app"));
    assertThrows(IllegalArgumentException.class, () -> Change.renew("t", millis, "app"));
  }

  @Test
  void leasesAtTheEndsOfTheRangeAreTaken() {
    assertLease(Duration.ZERO, Duration.ofSeconds(30));
    assertLease(Duration.ofNanos(1), Duration.ofMillis(1));
    assertLease(Duration.ofMinutes(10), Duration.ofMinutes(10));
    try (CounterLock lock = counter.lock()) {
      assertEquals(clock.instant().plusSeconds(30), lock.expiresAt());
    }
  }

  private void assertLease(Duration asked, Duration given) {
    try (CounterLock lock = registry.lockCounter("a", asked)) {
      assertEquals(clock.instant().plus(given), lock.expiresAt());
    }
  }

  @Test
  void closingTwiceDoesNotEndSomebodyElsesLock() {
    CounterLock first = registry.lockCounter("a");
    first.close();
    CounterLock second = registry.lockCounter("a");
    first.close();
    assertThrows(CounterLockedException.class, counter::increment);
    second.close();
    second.close();
    assertEquals(1, counter.increment());
  }

  @Test
  void unlockingByTokenNeedsTheRightOne() {
    CounterLock lock = registry.lockCounter("a");
    assertThrows(CounterLockedException.class, () -> registry.unlockCounter("a", "wrong"));
    assertThrows(NullPointerException.class, () -> registry.unlockCounter("a", null));
    assertThrows(CounterLockedException.class, counter::increment);
    registry.unlockCounter("a", lock.token());
    assertEquals(1, counter.increment());
    assertThrows(IllegalStateException.class, () -> registry.unlockCounter("a", lock.token()));
    assertThrows(
        CounterDoesntExistException.class, () -> registry.unlockCounter("b", lock.token()));
    assertEquals(OptionalLong.empty(), registry.peek("b"));
  }

  @Test
  void changesThatNeedALockAreRefusedWithoutOne() {
    counter.set(5);
    for (Operation operation : Set.of(Operation.UNLOCK, Operation.RENEW, Operation.BREAK_LOCK)) {
      Change change = Change.of(operation, 1, "jmx:local");
      assertThrows(IllegalStateException.class, () -> registry.apply("a", change));
      assertThrows(CounterDoesntExistException.class, () -> registry.apply("missing", change));
    }
    assertEquals(Map.of("a", 5L), registry.getAllCounters());
  }

  @Test
  void breakingALockFreesTheCounter() {
    CounterLock broken = registry.lockCounter("a");
    Reply reply = registry.apply("a", Change.of(Operation.BREAK_LOCK, 0, "jmx:admin"));
    assertEquals(broken.token(), reply.lock().token());
    assertEquals(1, counter.increment());
    assertThrows(IllegalStateException.class, broken::increment);
    assertEquals(1, counter.get());
  }

  @Test
  void theHolderMayRemoveTheCounterWhichEndsTheLock() {
    CounterLock lock = registry.lockCounter("a");
    lock.set(7);
    Change remove = Change.of(Operation.REMOVE, 0, "app").under(lock.token());
    assertEquals(7, registry.apply("a", remove).before());
    assertThrows(IllegalStateException.class, lock::increment);
    assertEquals(1, counter.increment());
    assertEquals(Map.of(), registry.locks());
  }

  @Test
  void anOverflowUnderALockChangesNothing() {
    counter.set(Long.MAX_VALUE);
    try (CounterLock lock = counter.lock()) {
      assertThrows(ArithmeticException.class, lock::increment);
      assertEquals(Long.MAX_VALUE, lock.get());
    }
    assertEquals(Long.MAX_VALUE, counter.get());
  }

  @Test
  void theLocksThatAreHeldAreListedByName() {
    CounterLock b = registry.lockCounter("b", Duration.ofSeconds(9));
    registry.lockCounter("a", Duration.ofSeconds(5));
    registry.apply("c", Change.lock(0, "jmx:alice"));
    assertEquals(List.of("a", "b", "c"), List.copyOf(registry.locks().keySet()));
    assertEquals("jmx:alice", registry.locks().get("c").holder());
    assertEquals(b.expiresAt(), registry.locks().get("b").until());
    clock.advance(Duration.ofSeconds(5));
    assertEquals(Set.of("b", "c"), registry.locks().keySet());
    b.close();
    assertEquals(Set.of("c"), registry.locks().keySet());
  }
}
