package io.sharedcounter;

import java.time.Duration;
import java.util.Set;

/**
 * The ranges of the settings that a namespace and the whole configuration share. Stateless,
 * thread-safe.
 */
final class Limits {
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
  private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);
  private static final Duration SHORTEST_FLUSH = Duration.ofMillis(1);
  private static final Duration LONGEST_FLUSH = Duration.ofMinutes(1);
  private static final Duration SHORTEST_AGE = Duration.ofSeconds(1);
  private static final Duration LONGEST_AGE = Duration.ofDays(36_500);
  private static final int MOST_SNAPSHOTS = 1_000;

  private Limits() {}

  static void checkMaxCounters(String subject, int most) {
    check(most >= 1, subject, "max-counters", most, "1 or more");
  }

  static void checkCounterMBeans(String subject, int most) {
    check(most >= 0, subject, "counter-mbeans", most, "0 (none) or more");
  }

  static void checkLockWait(String subject, Duration longest) {
    boolean isAllowed = !longest.isNegative() && longest.compareTo(LONGEST_WAIT) <= 0;
    check(isAllowed, subject, "lock-wait", longest, "PT0S to PT1H");
  }

  static void checkSnapshotEvery(String subject, Duration interval) {
    boolean isAllowed =
        interval.compareTo(SHORTEST_INTERVAL) >= 0 && interval.compareTo(LONGEST_INTERVAL) <= 0;
    check(isAllowed, subject, "snapshot.every", interval, "PT1S to PT24H");
  }

  static void checkFlush(String subject, Duration interval) {
    boolean isAllowed =
        interval.compareTo(SHORTEST_FLUSH) >= 0 && interval.compareTo(LONGEST_FLUSH) <= 0;
    check(isAllowed, subject, "flush", interval, "PT0.001S to PT1M");
  }

  static void checkArchiveKeep(String subject, Duration age) {
    boolean isAllowed = age.compareTo(SHORTEST_AGE) >= 0 && age.compareTo(LONGEST_AGE) <= 0;
    check(isAllowed, subject, "archive.keep", age, "PT1S to P36500D, such as P90D");
  }

  static void checkSnapshotKeep(String subject, int most) {
    check(most >= 1 && most <= MOST_SNAPSHOTS, subject, "snapshot.keep", most, "1 to 1000");
  }

  static void checkPort(int port) {
    check(port >= 0 && port <= 0xffff, "", "http.port", port, "0 (any free one) to 65535");
  }

  /** Refuses a setting that only means something with a feature that is not there. */
  static void needs(boolean isSet, String setting, Set<Feature> features, Feature feature) {
    if (isSet && !features.contains(feature)) {
      throw new IllegalArgumentException(
          setting + " is set without the feature " + feature.word() + "; add it or drop this");
    }
  }

  private static void check(
      boolean isAllowed, String subject, String setting, Object found, String allowed) {
    if (!isAllowed) {
      throw new IllegalArgumentException(
          subject + setting + " = " + found + " is not allowed; use " + allowed);
    }
  }
}
