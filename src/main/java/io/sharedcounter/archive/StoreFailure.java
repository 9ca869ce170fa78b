package io.sharedcounter.archive;

/** Says that a batch could not be written, and whether it surely was not. Immutable. */
final class StoreFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private final boolean isSure;

  StoreFailure(Throwable cause, boolean isSure) {
    super(cause.getMessage(), cause);
    this.isSure = isSure;
  }

  /** Returns whether the file surely stands where it stood before. */
  boolean isSure() {
    return isSure;
  }
}
