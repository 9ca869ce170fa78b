package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CounterLockWaitTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final CounterRegistry registry = Registries.waiting(LONG);
  private final Counter counter = registry.counter("a");

  @Test
  void aChangeByAnotherThreadWaitsForTheRelease() throws Exception {
    CounterLock lock = counter.lock();
    Background<Long> other = Background.start(counter::increment);
    other.awaitWaiting();
    lock.set(41);
    lock.close();
    assertEquals(42, other.result());
  }

  @Test
  void aSecondLockWaitsForTheFirst() throws Exception {
    CounterLock first = counter.lock();
    Background<CounterLock> other = Background.start(() -> registry.lockCounter("a"));
    other.awaitWaiting();
    first.set(5);
    first.close();
    try (CounterLock second = other.result()) {
      assertEquals(5, second.get());
    }
  }

  @Test
  void removeWaitsForTheRelease() throws Exception {
    CounterLock lock = counter.lock();
    Background<Long> other = Background.start(() -> registry.remove("a"));
    other.awaitWaiting();
    lock.set(5);
    lock.close();
    assertEquals(5, other.result());
  }

  @Test
  void aChangeWaitsForTheEndOfTheLeaseAtMost() throws Exception {
    CounterLock lock = registry.lockCounter("a", Duration.ofMillis(50));
    assertEquals(1, Background.start(counter::increment).result());
    assertThrows(IllegalStateException.class, lock::increment);
  }

  @Test
  void aRenewalMakesOthersWaitOn() throws Exception {
    CounterLock lock = registry.lockCounter("a", Duration.ofMillis(500));
    lock.renew(LONG);
    Background<Long> other = Background.start(counter::increment);
    other.awaitWaiting();
    lock.set(7);
    lock.close();
    assertEquals(8, other.result());
  }

  @Test
  void aBrokenLockWakesThoseWhoWait() throws Exception {
    counter.lock();
    Background<Long> other = Background.start(counter::increment);
    other.awaitWaiting();
    registry.apply("a", Change.of(Operation.BREAK_LOCK, 0, "jmx:admin"));
    assertEquals(1, other.result());
  }

  @Test
  void whoeverFindsTheLeaseEndedWakesThoseWhoWait() throws Exception {
    ManualClock clock = new ManualClock();
    CounterRegistry stopped = new CounterRegistry(new CounterSettings("test", 10, LONG, clock));
    stopped.lockCounter("a", Change.MAX_LEASE);
    Background<Long> other = Background.start(() -> stopped.increment("a"));
    other.awaitWaiting();
    clock.advance(Change.MAX_LEASE);
    stopped.increment("a");
    assertEquals(2, other.result());
  }

  @Test
  void theWaitIsBoundedByLockWait() throws Exception {
    CounterRegistry impatient = Registries.waiting(Duration.ofMillis(20));
    CounterLock lock = impatient.lockCounter("a");
    Background<Long> other = Background.start(() -> impatient.increment("a"));
    String message = assertThrows(CounterLockedException.class, other::result).getMessage();
    assertTrue(message.startsWith("Locked: a is held by app (thread "), message);
    assertEquals(0, lock.get());
  }

  @Test
  void theLockingThreadsOwnCallPastItsHandleFailsAtOnce() {
    try (CounterLock lock = counter.lock()) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(Background.DEADLINE_SECONDS),
          () -> {
            try (CounterLock own = registry.lockCounter("own")) {
              assertThrows(CounterLockedException.class, () -> registry.increment("own"));
              assertThrows(CounterLockedException.class, () -> registry.lockCounter("own"));
              assertEquals(0, own.get());
            }
          });
      assertEquals(0, lock.get());
    }
  }

  @Test
  void aFaceThatActsForOthersNeverWaits() {
    counter.lock();
    Change change = Change.of(Operation.INCREMENT, 1, "http:alice");
    Background<Reply> other = Background.start(() -> registry.apply("a", change));
    assertThrows(CounterLockedException.class, other::result);
  }

  @Test
  void anInterruptEndsTheWaitWithNothingChangedAndTheFlagSet() throws Exception {
    CounterLock lock = counter.lock();
    AtomicBoolean flag = new AtomicBoolean();
    Background<Long> other =
        Background.start(
            () -> {
              try {
                return counter.increment();
              } finally {
                flag.set(Thread.currentThread().isInterrupted());
              }
            });
    other.awaitWaiting();
    other.interrupt();
    String message = assertThrows(CounterLockedException.class, other::result).getMessage();
    assertTrue(message.endsWith("; interrupted while waiting for it"), message);
    assertTrue(flag.get());
    assertEquals(0, lock.get());
  }

  @Test
  void anInterruptedThreadStillChangesWhatIsNotLocked() throws Exception {
    Background<Long> other =
        Background.start(
            () -> {
              Thread.currentThread().interrupt();
              registry.increment("b");
              return registry.increment("b", 1L << 62);
            });
    assertEquals((1L << 62) + 1, other.result());
  }

  @Test
  void closingTheRegistryEndsTheWait() throws Exception {
    counter.lock();
    Background<Long> other = Background.start(counter::increment);
    other.awaitWaiting();
    registry.close();
    assertThrows(NotAppliedException.class, other::result);
  }

  @Test
  void noThreadGetsInBetweenLockAndRelease() throws Exception {
    int rounds = Registries.rounds(300);
    Background.together(
        4,
        () -> {
          for (int i = 0; i < rounds; i++) {
            counter.increment();
            try (CounterLock lock = counter.lock()) {
              long before = lock.get();
              assertEquals(before, counter.get());
              lock.set(before + 1);
            }
          }
          return null;
        });
    assertEquals(4L * 2 * rounds, counter.get());
  }

  /** Many more virtual threads than carriers wait at once; a pinned wait would starve the rest. */
  @Test
  void virtualThreadsThatWaitForALockPinNoCarrier() throws Exception {
    ExecutorService threads = virtualThreads();
    int waiters = 16 * Runtime.getRuntime().availableProcessors();
    try {
      CounterLock lock = counter.lock();
      List<Future<Long>> waiting = new ArrayList<>();
      for (int i = 0; i < waiters; i++) {
        waiting.add(threads.submit(() -> counter.increment()));
      }
      Future<Long> free = threads.submit(() -> registry.increment("free"));
      assertEquals(1, free.get(Background.DEADLINE_SECONDS, TimeUnit.SECONDS));
      lock.close();
      for (Future<Long> each : waiting) {
        each.get(Background.DEADLINE_SECONDS, TimeUnit.SECONDS);
      }
      assertEquals(waiters, counter.get());
    } finally {
      threads.shutdownNow();
    }
  }

  /** Java 17 has none; there the test says as much of threads of the system. */
  private static ExecutorService virtualThreads() throws ReflectiveOperationException {
    return Runtime.version().feature() < 21
        ? Executors.newCachedThreadPool()
        : (ExecutorService)
            Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }
}
