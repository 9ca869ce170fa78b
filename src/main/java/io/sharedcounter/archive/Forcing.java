package io.sharedcounter.archive;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/**
 * Forces to the disk, at most a second later, what a store has only handed to the operating system.
 * Confined to the writer thread.
 */
final class Forcing {
  static final long NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final System.Logger LOG = System.getLogger(Forcing.class.getName());

  private final String namespace;
  private final Store store;
  private final boolean forcesLater;
  private boolean isDue;
  private long forcedAt = System.nanoTime();

  /**
   * Forces nothing yet.
   *
   * @param forcesLater whether there is anything to do: the store does not force by itself
   */
  Forcing(String namespace, Store store, boolean forcesLater) {
    this.namespace = namespace;
    this.store = store;
    this.forcesLater = forcesLater;
  }

  /** Says that something was written. */
  void written() {
    isDue = forcesLater;
  }

  /** Returns whether something is written and not forced. */
  boolean isDue() {
    return isDue;
  }

  /** Forces if something was written and the last time is a second ago. */
  void runIfDue() {
    if (!isDue || System.nanoTime() - forcedAt < NANOS) {
      return;
    }
    try {
      synchronized (store) {
        store.force();
      }
      isDue = false;
    } catch (SQLException e) {
      LOG.log(System.Logger.Level.WARNING, "[{0}] force failed: {1}", namespace, e.getMessage());
    }
    forcedAt = System.nanoTime();
  }
}
