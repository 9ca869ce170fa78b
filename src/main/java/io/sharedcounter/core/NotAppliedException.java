package io.sharedcounter.core;

/**
 * Says that a change was surely not applied: the namespace is closed, refuses changes, or could not
 * keep the change. Repeating it is safe. Immutable.
 */
public final class NotAppliedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message why, starting with {@code Not applied: }
   */
  public NotAppliedException(String message) {
    super(message);
  }
}
