package io.sharedcounter.server;

/** Says that memory did not suffice, and how much to give. Stateless, thread-safe. */
final class NoMemory {
  private static final long MEBIBYTE = 1 << 20;
  private static final long STEP = 64;

  private NoMemory() {}

  /** Returns whether {@code failure} comes from memory that did not suffice. */
  static boolean causes(Throwable failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof OutOfMemoryError)) {
      cause = cause.getCause();
    }
    return cause != null;
  }

  /** Returns how to go on; whether anything has changed is said by the caller. */
  static String text() {
    long heap = (Runtime.getRuntime().maxMemory() + MEBIBYTE - 1) / MEBIBYTE;
    long twice = (2 * heap + STEP - 1) / STEP * STEP;
    return "not enough memory: a heap of "
        + heap
        + " MB does not suffice; repeat with more, such as java -Xmx"
        + twice
        + "m -jar ...";
  }
}
