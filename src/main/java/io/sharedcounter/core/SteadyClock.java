package io.sharedcounter.core;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The wall clock as it stood when the class was loaded, carried on by {@link System#nanoTime}: it
 * never jumps, so that a lease lasts as long as it says when somebody sets the system's clock.
 * Thread-safe.
 */
final class SteadyClock implements InstantSource {
  static final SteadyClock INSTANCE = new SteadyClock();

  private final Instant start = Instant.now();
  private final long startNanos = System.nanoTime();

  private SteadyClock() {}

  @Override
  public Instant instant() {
    return start.plusNanos(System.nanoTime() - startNanos);
  }
}
