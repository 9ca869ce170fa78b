package io.sharedcounter.core;

import java.time.Duration;

/** Makes the registries that tests look at. Stateless, thread-safe. */
final class Registries {
  private Registries() {}

  /** Returns an empty registry where nobody waits for a lock. */
  static CounterRegistry empty() {
    return at(new ManualClock());
  }

  /** Returns an empty registry with that clock where nobody waits for a lock. */
  static CounterRegistry at(ManualClock clock) {
    return new CounterRegistry(new CounterSettings("test", 1_000, Duration.ZERO, clock));
  }

  /** Returns an empty registry with the real clock where changes wait for locks. */
  static CounterRegistry waiting(Duration lockWait) {
    return new CounterRegistry(new CounterSettings("test", 1_000, lockWait, SteadyClock.INSTANCE));
  }

  /** Returns an empty registry with room for so many counters. */
  static CounterRegistry limitedTo(int maxCounters) {
    return new CounterRegistry(
        new CounterSettings("test", maxCounters, Duration.ZERO, new ManualClock()));
  }
}
