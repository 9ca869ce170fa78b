package io.sharedcounter.core;

import java.util.NoSuchElementException;

/** Says that an operation needs a counter that is not there. Nothing has changed. Immutable. */
public final class CounterDoesntExistException extends NoSuchElementException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is missing, starting with {@code Not found: }
   */
  public CounterDoesntExistException(String message) {
    super(message);
  }
}
