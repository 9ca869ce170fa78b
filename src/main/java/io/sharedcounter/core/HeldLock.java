package io.sharedcounter.core;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one counter, from the moment it is given until it is released, broken or its lease
 * ends. Thread-safe.
 */
public final class HeldLock {
  private final String token;
  private final String holder;
  private final @Nullable Thread thread;
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile Instant until;

  HeldLock(String token, String holder, @Nullable Thread thread, Instant until) {
    this.token = token;
    this.holder = holder;
    this.thread = thread;
    this.until = until;
  }

  /** Returns the secret that lets its bearer change the counter. */
  public String token() {
    return token;
  }

  /** Returns who holds the lock: the origin, and for in-process locks the thread's name. */
  public String holder() {
    return holder;
  }

  /** Returns when the lease ends. */
  public Instant until() {
    return until;
  }

  boolean isHeldBy(Thread other) {
    return thread == other;
  }

  boolean hasExpired(Instant now) {
    return !now.isBefore(until);
  }

  void renew(Instant newEnd) {
    until = newEnd;
  }

  void release() {
    released.countDown();
  }

  void awaitRelease(long nanos) throws InterruptedException {
    released.await(nanos, TimeUnit.NANOSECONDS);
  }
}
