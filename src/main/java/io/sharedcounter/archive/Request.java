package io.sharedcounter.archive;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One thing to decide, and who waits for it. Filled in by the writer thread, and handed back to the
 * caller by {@link #isDone}. Confined to one of the two at a time.
 */
final class Request<T> {
  private final Function<Book, T> work;
  private final Thread caller = Thread.currentThread();

  /** Whether it has a batch of its own, and may throw. */
  final boolean isAlone;

  /** Whether the caller may take the result. */
  volatile boolean isDone;

  private @Nullable T decided;
  private @Nullable RuntimeException refused;

  Request(Function<Book, T> work, boolean isAlone) {
    this.work = work;
    this.isAlone = isAlone;
  }

  void decide(Book book) {
    try {
      decided = work.apply(book);
    } catch (RuntimeException e) {
      if (!isAlone) {
        throw e;
      }
      refused = e;
      book.takeBack();
    }
  }

  /** Lets the caller get that in place of a result. */
  void refuse(RuntimeException refusal) {
    refused = refusal;
  }

  void finish() {
    isDone = true;
    LockSupport.unpark(caller);
  }

  T result() {
    RuntimeException thrown = refused;
    T result = decided;
    if (thrown != null || result == null) {
      throw thrown != null ? thrown : new IllegalStateException("nothing was decided");
    }
    return result;
  }
}
