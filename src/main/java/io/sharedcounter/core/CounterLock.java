package io.sharedcounter.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The exclusive right to change one counter, until it is closed or its lease ends. Nobody else's
 * change can land on the counter in between; reads pass. Every operation fails with an {@link
 * IllegalStateException}, and changes nothing, once the lease has ended or somebody broke the lock.
 * May be passed to another thread. Thread-safe.
 */
public final class CounterLock implements AutoCloseable {
  private final Counter counter;
  private final HeldLock held;

  CounterLock(Counter counter, Duration lease) {
    Change change = Change.lock(millis(lease), Change.APP);
    this.counter = counter;
    this.held = Objects.requireNonNull(counter.change(change, true).lock());
  }

  /** Returns the name of the counter. */
  public String name() {
    return counter.name();
  }

  /** Returns the value. */
  public long get() {
    return change(Operation.GET, 0).after();
  }

  /** Replaces the value by {@code value} and returns it. */
  public long set(long value) {
    return change(Operation.SET, value).after();
  }

  /** Replaces the value by {@code value} and returns the previous one. */
  public long getSet(long value) {
    return change(Operation.GET_SET, value).before();
  }

  /** Adds 1 and returns the new value; see {@link #increment(long)}. */
  public long increment() {
    return increment(1);
  }

  /**
   * Adds {@code value} and returns the new value.
   *
   * @throws ArithmeticException if the sum leaves the 64-bit range; nothing has changed
   */
  public long increment(long value) {
    return change(Operation.INCREMENT, value).after();
  }

  /** Adds 1 and returns the previous value; see {@link #increment(long)}. */
  public long getIncrement() {
    return getIncrement(1);
  }

  /**
   * Adds {@code value} and returns the previous value.
   *
   * @throws ArithmeticException if the sum leaves the 64-bit range; nothing has changed
   */
  public long getIncrement(long value) {
    return change(Operation.GET_INCREMENT, value).before();
  }

  /** Replaces the value by {@code value} if it is {@code expected}; returns whether it was. */
  public boolean compareAndSet(long expected, long value) {
    Change change = Change.compareAndSet(expected, value, Change.APP).under(held.token());
    return counter.change(change, false).outcome() == Reply.Outcome.DONE;
  }

  /** Returns the secret that lets its bearer change and unlock the counter through any face. */
  public String token() {
    return held.token();
  }

  /** Returns when the lease ends, or ended. */
  public Instant expiresAt() {
    return held.until();
  }

  /**
   * Lets the lease end {@code lease} from now.
   *
   * @param lease up to 10 minutes; zero means 30 seconds
   * @throws IllegalArgumentException if the lease is out of range; the old one goes on
   * @throws CounterDoesntExistException if the lease had ended and the counter was removed since
   */
  public void renew(Duration lease) {
    counter.change(Change.renew(held.token(), millis(lease), Change.APP), false);
  }

  /** Releases the lock. Does nothing if it is not held any more. */
  @Override
  public void close() {
    try {
      change(Operation.UNLOCK, 0);
    } catch (IllegalStateException | CounterDoesntExistException e) {
      // The lease has ended, somebody broke the lock, or the namespace is closed: it is released.
    }
  }

  private Reply change(Operation operation, long argument) {
    return counter.change(Change.of(operation, argument, Change.APP).under(held.token()), false);
  }

  /** Rounds up, so that a lease below a millisecond does not become zero, the default. */
  private static long millis(Duration lease) {
    if (lease.isNegative() || lease.compareTo(Change.MAX_LEASE) > 0) {
      throw new IllegalArgumentException(
          "lease of " + lease + " is not allowed; up to PT10M is, and PT0S for PT30S");
    }
    return TimeUnit.NANOSECONDS.toMillis(lease.toNanos() + 999_999);
  }
}
