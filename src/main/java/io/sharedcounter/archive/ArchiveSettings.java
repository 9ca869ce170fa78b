package io.sharedcounter.archive;

import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What a namespace that survives is told at its start. Immutable.
 *
 * @param counters its name and limits
 * @param archive what an acknowledged change survives; empty: there is no archive, only snapshots
 * @param snapshotEvery how often a snapshot is taken; empty: only when asked for
 * @param snapshotsKept how many snapshot files of an archived namespace stay, 1 or more
 * @param flush how often {@link Durability#EVENTUAL} writes, more than zero
 * @param pruneAfter the age from which transactions that a snapshot covers are dropped; empty:
 *     never
 * @param clock the wall clock of the archive's times
 */
public record ArchiveSettings(
    CounterSettings counters,
    Optional<Durability> archive,
    Optional<Duration> snapshotEvery,
    int snapshotsKept,
    Duration flush,
    Optional<Duration> pruneAfter,
    InstantSource clock) {

  /** How many snapshot files stay unless the namespace says otherwise. */
  public static final int DEFAULT_SNAPSHOTS_KEPT = 3;

  /** How often {@code EVENTUAL} writes unless the namespace says otherwise. */
  public static final Duration DEFAULT_FLUSH = Duration.ofMillis(100);

  /** Returns an archive of that durability, with the defaults for the rest. */
  public static ArchiveSettings archive(CounterSettings counters, Durability durability) {
    return new ArchiveSettings(
        counters,
        Optional.of(durability),
        Optional.empty(),
        DEFAULT_SNAPSHOTS_KEPT,
        DEFAULT_FLUSH,
        Optional.empty(),
        InstantSource.system());
  }

  /** Returns snapshots alone, taken that often. */
  public static ArchiveSettings snapshots(CounterSettings counters, Duration every) {
    return new ArchiveSettings(
        counters,
        Optional.empty(),
        Optional.of(every),
        DEFAULT_SNAPSHOTS_KEPT,
        DEFAULT_FLUSH,
        Optional.empty(),
        InstantSource.system());
  }

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException that names the component and what is allowed
   */
  public ArchiveSettings {
    String subject = "namespace '" + counters.namespace() + "': ";
    if (archive.isEmpty() && snapshotEvery.isEmpty()) {
      throw new IllegalArgumentException(subject + "neither archive nor snapshot is set");
    }
    if (snapshotEvery.isPresent() && snapshotEvery.get().compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(
          subject + "snapshot.every is " + snapshotEvery.get() + "; use PT0.001S or more");
    }
    if (flush.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(subject + "flush is " + flush + "; use PT0.001S or more");
    }
    if (snapshotsKept < 1) {
      throw new IllegalArgumentException(
          subject + "snapshot.keep is " + snapshotsKept + "; use 1 or more");
    }
    if (pruneAfter.isPresent() && pruneAfter.get().isNegative()) {
      throw new IllegalArgumentException(
          subject + "archive.keep is " + pruneAfter.get() + "; use PT0S or more");
    }
  }

  String namespace() {
    return counters.namespace();
  }
}
