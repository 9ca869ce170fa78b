package io.sharedcounter.core;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one counter, from the moment it is given until it is released, broken or its lease
 * ends. Thread-safe.
 */
public final class HeldLock {
  private final String token;
  private final Holder holder;
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile Instant until;
  private volatile @Nullable String brokenBy;

  /** Creates a lock that is held until its lease ends. */
  public HeldLock(String token, Holder holder, Instant until) {
    this.token = token;
    this.holder = holder;
    this.until = until;
  }

  /** Returns the secret that lets its bearer change the counter. */
  public String token() {
    return token;
  }

  /** Returns who holds the lock: the origin, and for in-process locks the thread's name. */
  public String holder() {
    return holder.label();
  }

  /** Returns when the lease ends. */
  public Instant until() {
    return until;
  }

  /** Returns who broke the lock, empty if nobody has. */
  public Optional<String> brokenBy() {
    return Optional.ofNullable(brokenBy);
  }

  void breakBy(String origin) {
    brokenBy = origin;
  }

  boolean isHeldBy(Thread other) {
    return holder.thread() == other;
  }

  /** Returns whether the lease has ended. */
  public boolean hasExpired(Instant now) {
    return !now.isBefore(until);
  }

  /** Lets the lease end then. */
  public void renew(Instant newEnd) {
    until = newEnd;
  }

  /** Wakes all who wait for the release. */
  public void release() {
    released.countDown();
  }

  void awaitRelease(long nanos) throws InterruptedException {
    released.await(nanos, TimeUnit.NANOSECONDS);
  }
}
