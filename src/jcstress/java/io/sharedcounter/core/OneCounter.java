package io.sharedcounter.core;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/** One counter of a fresh registry, where nobody waits for locks. Thread-safe. */
class OneCounter {
  /** What an operation returns that was refused. */
  static final long REFUSED = -99;

  static final long EDGE = 1L << 61;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  volatile Instant now = START;
  final CounterRegistry registry;
  final Counter counter;

  OneCounter(long start) {
    this(start, 10);
  }

  OneCounter(long start, int maxCounters) {
    registry =
        new CounterRegistry(new CounterSettings("stress", maxCounters, Duration.ZERO, () -> now));
    counter = registry.counter("a");
    counter.set(start);
  }

  /** Lets every lease end. */
  void endLeases() {
    now = START.plus(Change.MAX_LEASE);
  }

  /** Locks the counter; whichever actor has the handle may act as the holder. */
  CounterLock lock() {
    return registry.lockCounter("a");
  }

  /** Adds 10 as the holder of a lock, and returns the value it found. */
  long heldSetPlusTen() {
    try (CounterLock lock = lock()) {
      long found = lock.get();
      lock.set(found + 10);
      return found;
    }
  }

  /** Closes the lock and returns 0. */
  static long closed(CounterLock lock) {
    lock.close();
    return 0;
  }

  /** Returns what the operation returns, or {@link #REFUSED}. */
  static long tried(LongSupplier operation) {
    try {
      return operation.getAsLong();
    } catch (IllegalStateException | ArithmeticException | CounterDoesntExistException e) {
      return REFUSED;
    }
  }

  /** Returns the value, or {@link #REFUSED} if there is no counter. */
  static long left(Counter counter) {
    return counter.peek().orElse(REFUSED);
  }

  /**
   * Returns values around {@link #EDGE} as their distance from it, small ones as they are + 100.
   */
  static long near(long value) {
    return value > EDGE / 2 ? value - EDGE : value == REFUSED ? REFUSED : value + 100;
  }
}
