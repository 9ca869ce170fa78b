package io.sharedcounter.cluster;

/** Thrown, or kept as the reason, when a member cannot write its log. */
final class LogFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LogFailedException(Throwable cause) {
    super(
        "its log cannot be written ("
            + deepest(cause).getMessage()
            + "); see to the disk, then start this member again",
        cause);
  }

  /** Returns what the disk said; Ratis wraps it. */
  private static Throwable deepest(Throwable failure) {
    Throwable deepest = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      deepest = cause;
    }
    return deepest;
  }
}
