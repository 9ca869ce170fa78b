package io.sharedcounter.archive;

import io.sharedcounter.core.Ledger;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledges changes at once and writes them later: {@code EVENTUAL}, and snapshots without an
 * archive. What is in the file is always a prefix of what was done.
 *
 * <p>The writer begins once the first unwritten change has waited for half of the time that may be
 * lost, or earlier when there are many. If it is not done when that time is over, callers wait for
 * it: what a kill can take is bounded by the time, however slow the disk. If writing fails, what is
 * unwritten stays in memory, new changes are refused, and writing is tried again until it succeeds.
 * Thread-safe.
 */
final class WriteBehind implements Keeper, Runnable {
  private static final System.Logger LOG = System.getLogger(WriteBehind.class.getName());
  private static final int MANY = 8_192;
  private static final int MAX_UNWRITTEN = 200_000;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final String namespace;
  private final Book book;
  private final Store store;
  private final Forcing forcing;
  private final long restNanos;
  private final long boundNanos;
  private final Writer writer;
  private volatile Optional<Instant> writtenAt = Optional.empty();
  // Under the book's monitor:
  private long firstAt;
  private @Nullable Batch inFlight;
  private long inFlightAt;
  private long wanted;
  private long reached;
  private boolean isClosing;
  private boolean isClosed;

  /** Starts the writer of an archive, and lets callers wait for what is older than {@code loss}. */
  static WriteBehind archive(
      String namespace, Book book, Store store, Duration loss, Consumer<String> stateChanged) {
    long nanos = loss.toNanos();
    Forcing forcing = new Forcing(namespace, store, true);
    return new WriteBehind(namespace, book, store, forcing, nanos / 2, nanos, stateChanged);
  }

  /** Starts the writer of snapshots, for which nobody waits; the store forces each. */
  static WriteBehind snapshots(
      String namespace, Book book, Store store, Duration every, Consumer<String> stateChanged) {
    long nanos = every.toNanos();
    Forcing none = new Forcing(namespace, store, false);
    return new WriteBehind(namespace, book, store, none, nanos, Long.MAX_VALUE, stateChanged);
  }

  private WriteBehind(
      String namespace,
      Book book,
      Store store,
      Forcing forcing,
      long restNanos,
      long boundNanos,
      Consumer<String> stateChanged) {
    this.namespace = namespace;
    this.book = book;
    this.store = store;
    this.forcing = forcing;
    this.restNanos = restNanos;
    this.boundNanos = boundNanos;
    this.writer = new Writer(namespace, this, stateChanged);
    writer.start();
  }

  @Override
  public Decision change(Function<Book, Decision> work) {
    return together(work);
  }

  @Override
  public <T> T together(Function<Book, T> work) {
    synchronized (book) {
      awaitRoom();
      if (isClosing || !writer.isOk()) {
        throw writer.notApplied(isClosing ? "it is closed" : writer.state());
      }
      boolean wasClean = book.isClean();
      int unwritten = book.unwritten();
      try {
        T result = work.apply(book);
        book.publish();
        if (wasClean && !book.isClean()) {
          firstAt = System.nanoTime();
        }
        if (unwritten < MANY && book.unwritten() >= MANY) {
          book.notifyAll();
        }
        return result;
      } catch (OutOfMemoryError e) {
        book.takeBack();
        throw writer.notApplied(e);
      } catch (RuntimeException e) {
        book.takeBack();
        throw e;
      }
    }
  }

  private void awaitRoom() {
    while (isFull() && writer.isOk() && !isClosing) {
      try {
        book.wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw writer.notApplied("interrupted while waiting for room in the queue");
      }
    }
  }

  private boolean isFull() {
    if (book.unwritten() >= MAX_UNWRITTEN) {
      return true;
    }
    if (inFlight == null && book.isClean()) {
      return false;
    }
    return System.nanoTime() - (inFlight == null ? firstAt : inFlightAt) > boundNanos;
  }

  @Override
  public void sync() {
    synchronized (book) {
      long round = ++wanted;
      book.notifyAll();
      while (reached < round && !isClosed) {
        if (!writer.isOk()) {
          throw new IllegalStateException("namespace '" + namespace + "': " + writer.state());
        }
        try {
          book.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(
              "namespace '" + namespace + "': interrupted while writing", e);
        }
      }
    }
  }

  @Override
  public String state() {
    return writer.state();
  }

  @Override
  public Optional<Instant> writtenAt() {
    return writtenAt;
  }

  @Override
  public int backlog() {
    synchronized (book) {
      Batch taken = inFlight;
      return book.unwritten() + (taken == null ? 0 : taken.rows().size());
    }
  }

  @Override
  public void run() {
    boolean isLast = false;
    while (!isLast) {
      long round;
      synchronized (book) {
        isLast = isClosing;
        round = wanted;
      }
      boolean isWritten = writeNext();
      synchronized (book) {
        if (isWritten) {
          inFlight = null;
          reached = round;
          writtenAt = Optional.of(Instant.now());
          // What came in while the last but one batch was written.
          isLast = isLast && book.isClean();
        }
        book.notifyAll();
        if (!isLast) {
          rest(isWritten);
        }
      }
      forcing.runIfDue();
    }
    synchronized (book) {
      isClosed = true;
      book.notifyAll();
    }
  }

  /** Writes what is unwritten, if anything is, and returns whether nothing is in the way. */
  private boolean writeNext() {
    try {
      Batch batch;
      synchronized (book) {
        batch = inFlight;
        if (batch == null && !book.isClean()) {
          batch = book.batch();
          inFlight = batch;
          inFlightAt = firstAt;
        }
      }
      return batch == null || write(batch);
    } catch (OutOfMemoryError e) {
      // Without this thread everybody would wait for ever.
      fail(e);
      return false;
    }
  }

  private void rest(boolean isWritten) {
    long start = System.nanoTime();
    while (!isClosing) {
      long now = System.nanoTime();
      long left;
      if (!isWritten) {
        left = RETRY_NANOS - (now - start);
      } else if (wanted != reached || book.unwritten() >= MANY) {
        return;
      } else {
        left = restNanos - (now - (book.isClean() ? start : firstAt));
      }
      if (left <= 0) {
        return;
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(book, left);
      } catch (InterruptedException e) {
        // Nobody interrupts the writer on purpose; it writes the earlier.
        return;
      }
    }
  }

  private boolean write(Batch batch) {
    try {
      synchronized (store) {
        // After a failure whose outcome is unknown the file may have it already.
        if (!batch.isEmpty() && (writer.isOk() || !store.holds(batch))) {
          store.write(batch);
        }
      }
      forcing.written();
      writer.enter(Ledger.OK);
      return true;
    } catch (StoreFailure | SQLException e) {
      fail(e);
      return false;
    }
  }

  private void fail(Throwable e) {
    writer.enter("cannot write " + store.file() + ": " + e.getMessage() + "; it is tried again");
  }

  @Override
  public void close() {
    synchronized (book) {
      isClosing = true;
      book.notifyAll();
    }
    writer.join();
    synchronized (book) {
      if (inFlight != null || !book.isClean()) {
        LOG.log(
            System.Logger.Level.ERROR,
            "[{0}] closed with {1} transactions that could not be written to {2}: {3}",
            namespace,
            backlog(),
            store.file(),
            writer.state());
      }
    }
  }
}
