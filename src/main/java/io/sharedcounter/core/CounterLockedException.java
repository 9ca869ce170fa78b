package io.sharedcounter.core;

/**
 * Says that somebody else holds the lock of a counter, who, and until when. Nothing has changed.
 * Immutable.
 */
public final class CounterLockedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message who holds what until when, starting with {@code Locked: }
   */
  public CounterLockedException(String message) {
    super(message);
  }
}
