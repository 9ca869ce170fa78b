package io.sharedcounter.core;

import org.jspecify.annotations.Nullable;

/**
 * What became of one change. Immutable.
 *
 * @param outcome whether it was done, or why not
 * @param before the value before; 0 where the counter was missing
 * @param after the value after; equal to {@code before} where nothing changed
 * @param created whether the counter came into being
 * @param lock the lock that was given, ended or in the way; null where there was none
 */
public record Reply(
    Outcome outcome, long before, long after, boolean created, @Nullable HeldLock lock) {

  /** Whether a change was done, or why not. Immutable. */
  public enum Outcome {
    /** Done. */
    DONE,
    /** The value was not the expected one. */
    UNEQUAL,
    /** The sum leaves the 64-bit range. */
    OVERFLOW,
    /** Somebody else holds the lock. */
    LOCKED,
    /** The caller acts under a lock that it does not hold any more. */
    NOT_LOCKED,
    /** There is no such counter. */
    MISSING,
    /** The namespace is full. */
    LIMIT
  }

  static Reply refused(Outcome outcome, @Nullable HeldLock lock) {
    return new Reply(outcome, 0, 0, false, lock);
  }
}
