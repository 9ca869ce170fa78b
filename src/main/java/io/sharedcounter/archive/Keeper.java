package io.sharedcounter.archive;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** Brings what a book decides into the store, in the way the durability asks for. Thread-safe. */
interface Keeper extends AutoCloseable {

  /**
   * Lets {@code work} decide one change, perhaps in one batch with others, and returns when it is
   * kept.
   */
  Decision change(Function<Book, Decision> work);

  /**
   * Lets {@code work} decide many changes that are kept all together or not at all. If it throws,
   * nothing has changed.
   */
  <T> T together(Function<Book, T> work);

  /** Returns when everything acknowledged so far is in the file. */
  void sync();

  /** Returns {@code OK}, or why changes are refused. */
  String state();

  /** Returns when the file last caught up with what was acknowledged; empty: it always has. */
  default Optional<Instant> writtenAt() {
    return Optional.empty();
  }

  /** Returns how many acknowledged transactions are not in the file yet. */
  int backlog();

  /** Writes what is to be written, and ends the writer. */
  @Override
  void close();
}
