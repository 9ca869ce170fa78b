package io.sharedcounter.core;

/**
 * Says that a change may or may not have been applied, once at most. Read the counter before
 * repeating it. Immutable.
 */
public final class OutcomeUnknownException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what happened, starting with {@code Outcome unknown: }
   */
  public OutcomeUnknownException(String message) {
    super(message);
  }
}
