package io.sharedcounter.archive;

/**
 * Says that a file is damaged, of a newer format, or not what it should be. The file is left as it
 * is. Immutable.
 */
public final class DamagedFileException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message names the file, what is wrong with it, and what helps
   */
  public DamagedFileException(String message) {
    super(message);
  }
}
