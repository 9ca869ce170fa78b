package io.sharedcounter.archive;

import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.NotAppliedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledges changes at once and writes them at intervals: {@code EVENTUAL}, and snapshots
 * without an archive. What is in the file is always a prefix of what was done. If writing fails,
 * what is unwritten stays in memory, new changes are refused, and writing is tried again until it
 * succeeds. Thread-safe.
 */
final class WriteBehind implements Keeper, Runnable {
  private static final System.Logger LOG = System.getLogger(WriteBehind.class.getName());
  private static final int MAX_UNWRITTEN = 200_000;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final String namespace;
  private final Book book;
  private final Store store;
  private final long intervalNanos;
  private final Consumer<String> stateChanged;
  private final Thread writer;
  private volatile String state = Ledger.OK;
  // Under the book's monitor:
  private @Nullable Batch inFlight;
  private long wanted;
  private long reached;
  private boolean isClosing;
  private boolean isClosed;

  /** Starts the writer. */
  WriteBehind(
      String namespace, Book book, Store store, Duration interval, Consumer<String> stateChanged) {
    this.namespace = namespace;
    this.book = book;
    this.store = store;
    this.intervalNanos = interval.toNanos();
    this.stateChanged = stateChanged;
    this.writer = new Thread(this, "sharedcounter-archive-" + namespace);
    writer.setDaemon(true);
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
      if (isClosing || !state.equals(Ledger.OK)) {
        throw notApplied(isClosing ? "it is closed" : state);
      }
      try {
        T result = work.apply(book);
        book.publish();
        if (book.unwritten() == MAX_UNWRITTEN / 2) {
          book.notifyAll();
        }
        return result;
      } catch (RuntimeException e) {
        book.takeBack();
        throw e;
      }
    }
  }

  private void awaitRoom() {
    while (book.unwritten() >= MAX_UNWRITTEN && state.equals(Ledger.OK) && !isClosing) {
      try {
        book.wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw notApplied("interrupted while waiting for room in the queue");
      }
    }
  }

  private NotAppliedException notApplied(String reason) {
    return new NotAppliedException("Not applied: namespace '" + namespace + "': " + reason);
  }

  @Override
  public void sync() {
    synchronized (book) {
      long round = ++wanted;
      book.notifyAll();
      while (reached < round && !isClosed) {
        if (!state.equals(Ledger.OK)) {
          throw new IllegalStateException("namespace '" + namespace + "': " + state);
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
    return state;
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
      Batch batch;
      long round;
      synchronized (book) {
        isLast = isClosing;
        round = wanted;
        batch = inFlight == null ? book.batch() : inFlight;
        inFlight = batch;
        book.notifyAll();
      }
      boolean isWritten = write(batch);
      synchronized (book) {
        if (isWritten) {
          inFlight = null;
          reached = round;
          // What came in while the last but one batch was written.
          isLast = isLast && book.unwritten() == 0;
        }
        book.notifyAll();
        if (!isLast) {
          rest(isWritten ? intervalNanos : RETRY_NANOS);
        }
      }
    }
    synchronized (book) {
      isClosed = true;
      book.notifyAll();
    }
  }

  private void rest(long nanos) {
    long start = System.nanoTime();
    while (!isClosing
        && (inFlight != null || (wanted == reached && book.unwritten() < MAX_UNWRITTEN / 2))) {
      long left = nanos - (System.nanoTime() - start);
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
        if (!batch.isEmpty() && (state.equals(Ledger.OK) || !store.holds(batch))) {
          store.write(batch);
        }
      }
      enter(Ledger.OK);
      return true;
    } catch (StoreFailure | SQLException e) {
      enter("cannot write " + store.file() + ": " + e.getMessage() + "; it is tried again");
      return false;
    }
  }

  private void enter(String newState) {
    if (newState.equals(state)) {
      return;
    }
    state = newState;
    LOG.log(
        newState.equals(Ledger.OK) ? System.Logger.Level.INFO : System.Logger.Level.ERROR,
        "[{0}] {1}",
        namespace,
        newState.equals(Ledger.OK) ? "changes are kept again" : newState);
    stateChanged.accept(newState);
  }

  @Override
  public void close() {
    synchronized (book) {
      isClosing = true;
      book.notifyAll();
    }
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    synchronized (book) {
      Batch lost = inFlight;
      if (lost != null && !lost.isEmpty()) {
        LOG.log(
            System.Logger.Level.ERROR,
            "[{0}] closed with {1} transactions that could not be written to {2}: {3}",
            namespace,
            lost.rows().size(),
            store.file(),
            state);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
