package io.sharedcounter.core;

import java.time.Duration;
import java.time.InstantSource;

/**
 * What the counters of one namespace are told at their start. Immutable.
 *
 * @param namespace its name
 * @param maxCounters how many counters it may hold, 1 or more
 * @param lockWait how long an in-process change waits for somebody else's lock; zero: not at all
 * @param clock ends the leases; must not go backwards
 */
public record CounterSettings(
    String namespace, int maxCounters, Duration lockWait, InstantSource clock) {

  /** How many counters a namespace may hold unless it says otherwise. */
  public static final int DEFAULT_MAX_COUNTERS = 1_000_000;

  /** How long an in-process change waits for a lock unless the namespace says otherwise. */
  public static final Duration DEFAULT_LOCK_WAIT = Duration.ofSeconds(10);

  /** Returns the defaults for the namespace. */
  public static CounterSettings of(String namespace) {
    return new CounterSettings(
        namespace, DEFAULT_MAX_COUNTERS, DEFAULT_LOCK_WAIT, SteadyClock.INSTANCE);
  }

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException that names the component and what is allowed
   */
  public CounterSettings {
    Names.checkNamespace(namespace);
    if (maxCounters < 1) {
      throw new IllegalArgumentException(
          "namespace '" + namespace + "': max-counters is " + maxCounters + "; use 1 or more");
    }
    if (lockWait.isNegative() || lockWait.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "namespace '" + namespace + "': lock-wait is " + lockWait + "; use PT0S to PT1H");
    }
  }
}
