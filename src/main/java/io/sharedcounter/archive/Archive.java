package io.sharedcounter.archive;

import java.time.Instant;
import java.util.OptionalLong;

/** A namespace's file with its transactions, while it is written. Thread-safe. */
public interface Archive {
  /**
   * Opens it for reading; what is to be in it by now is written first, if it can be.
   *
   * @throws DamagedFileException if it is damaged
   */
  History history();

  /**
   * Returns the value that a counter had at that time, or empty if it was absent then.
   *
   * @throws IllegalArgumentException if the archive does not reach back so far, or the time is yet
   *     to come
   * @throws DamagedFileException if what is read is not what was written
   */
  OptionalLong valueAt(String counter, Instant time);

  /** Returns how many transactions are not in the file yet. */
  int backlog();

  /** Returns how many bytes the files of the namespace take, without its snapshots. */
  long diskBytes();
}
