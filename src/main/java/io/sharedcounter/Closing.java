package io.sharedcounter;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was opened, in order, so that it is closed in the reverse order, each once. Confined to one
 * thread at a time.
 */
final class Closing implements AutoCloseable {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Remembers {@code part} and returns it. */
  <T extends AutoCloseable> T add(T part) {
    opened.push(part);
    return part;
  }

  /**
   * Closes the parts. One that fails does not keep the others open.
   *
   * @throws IllegalStateException with the failures, after all have been closed
   */
  @Override
  public void close() {
    IllegalStateException failed = null;
    for (AutoCloseable part = opened.poll(); part != null; part = opened.poll()) {
      try {
        part.close();
      } catch (Exception e) {
        if (failed == null) {
          failed = new IllegalStateException("could not close everything: " + e.getMessage());
        }
        failed.addSuppressed(e);
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  /** Closes the parts because of {@code cause}, and adds their failures to it. */
  void closeAfter(Throwable cause) {
    try {
      close();
    } catch (IllegalStateException e) {
      cause.addSuppressed(e);
    }
  }
}
