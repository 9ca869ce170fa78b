package io.sharedcounter.archive;

import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.OutcomeUnknownException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Keeps changes before they are acknowledged or seen: {@code POWER_LOSS} and {@code PROCESS_KILL}.
 *
 * <p>One writer thread takes what callers queued, decides it, writes it in one database transaction
 * with one force, and only then shows it to readers and wakes the callers. So nobody ever acts on a
 * value that can still vanish, and many callers share one force. A batch that surely was not
 * written is taken back from the book, its callers are told so, and the next one is tried as if
 * nothing had been: a full disk recovers by itself. If it cannot be known whether a batch was
 * written, neither the book nor the file can be trusted to go on from, and the writer stops for
 * good. Thread-safe.
 */
final class GroupCommit implements Keeper, Runnable {
  private static final int MAX_BATCH = 4_096;

  private final String namespace;
  private final Book book;
  private final Store store;
  private final Forcing forcing;
  private final Queue<Request<?>> queue = new ConcurrentLinkedQueue<>();
  private final Writer writer;
  private volatile boolean isIdle;
  private volatile boolean isClosing;
  private volatile boolean isClosed;
  private boolean isStopped;

  /**
   * Starts the writer.
   *
   * @param forcesLater whether the store leaves forcing to this
   */
  GroupCommit(
      String namespace,
      Book book,
      Store store,
      boolean forcesLater,
      Consumer<String> stateChanged) {
    this.namespace = namespace;
    this.book = book;
    this.store = store;
    this.forcing = new Forcing(namespace, store, forcesLater);
    this.writer = new Writer(namespace, this, stateChanged);
    writer.start();
  }

  @Override
  public Decision change(Function<Book, Decision> work) {
    return submit(new Request<>(work, false));
  }

  @Override
  public <T> T together(Function<Book, T> work) {
    return submit(new Request<>(work, true));
  }

  /** Does nothing: what is acknowledged is in the file. */
  @Override
  public void sync() {}

  @Override
  public String state() {
    return writer.state();
  }

  @Override
  public int backlog() {
    return 0;
  }

  private <T> T submit(Request<T> request) {
    queue.add(request);
    if (isIdle) {
      writer.unpark();
    }
    if (isClosed) {
      refuseLate();
    }
    while (!request.isDone) {
      LockSupport.park(this);
      if (!request.isDone && Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new OutcomeUnknownException(
            "Outcome unknown: namespace '"
                + namespace
                + "': interrupted while waiting until the change is kept");
      }
    }
    return request.result();
  }

  @Override
  public void run() {
    List<Request<?>> batch = new ArrayList<>();
    while (true) {
      Request<?> next = queue.poll();
      if (next == null) {
        if (isClosing) {
          break;
        }
        rest();
        continue;
      }
      batch.add(next);
      while (!next.isAlone && batch.size() < MAX_BATCH) {
        Request<?> another = queue.peek();
        if (another == null || another.isAlone) {
          break;
        }
        queue.remove();
        batch.add(another);
      }
      keep(batch);
      batch.clear();
      forcing.runIfDue();
    }
  }

  private void rest() {
    isIdle = true;
    if (queue.isEmpty() && !isClosing) {
      LockSupport.parkNanos(this, forcing.isDue() ? Forcing.NANOS : Long.MAX_VALUE);
    }
    isIdle = false;
    forcing.runIfDue();
  }

  private void keep(List<Request<?>> batch) {
    String state;
    synchronized (book) {
      if (isStopped) {
        state = writer.state();
        refuse(batch, writer.notApplied(state));
      } else {
        try {
          batch.forEach(request -> request.decide(book));
          // What needs no writing does not show that writing goes well again.
          state = write() ? Ledger.OK : writer.state();
          book.publish();
        } catch (StoreFailure e) {
          book.takeBack();
          state = e.isSure() ? keepWhatNeedsNoWriting(batch, e) : stop(batch, e);
        } catch (RuntimeException | Error e) {
          // Only a defect or no memory leads here; whether the file has the batch is not known.
          book.takeBack();
          state = stop(batch, e);
        }
      }
    }
    // Not before: who hears of it may ask this namespace, from any thread, and wait for the answer.
    writer.enter(state);
    batch.forEach(Request::finish);
  }

  private static void refuse(List<Request<?>> batch, RuntimeException refusal) {
    batch.forEach(request -> request.refuse(refusal));
  }

  /** Releases of locks, say, are not to fail because they share a batch with a change. */
  private String keepWhatNeedsNoWriting(List<Request<?>> batch, StoreFailure failure) {
    String reason = "cannot write " + store.file() + ": " + failure.getMessage();
    for (Request<?> request : batch) {
      request.decide(book);
      if (book.draftIsWritten()) {
        book.takeBack();
        request.refuse(writer.notApplied(reason));
      } else {
        book.publish();
      }
    }
    return reason;
  }

  private boolean write() throws StoreFailure {
    Batch written = book.batch();
    if (written.isEmpty()) {
      return false;
    }
    synchronized (store) {
      store.write(written);
    }
    forcing.written();
    return true;
  }

  private String stop(List<Request<?>> batch, Throwable failure) {
    isStopped = true;
    refuse(
        batch,
        new OutcomeUnknownException(
            "Outcome unknown: namespace '" + namespace + "': " + store.file() + ": " + failure));
    return "stopped, since it cannot be known whether the last changes are in "
        + store.file()
        + ": "
        + failure
        + "; close and open the namespace again";
  }

  @Override
  public void close() {
    isClosing = true;
    writer.unpark();
    writer.join();
    isClosed = true;
    refuseLate();
  }

  private void refuseLate() {
    for (Request<?> late = queue.poll(); late != null; late = queue.poll()) {
      late.refuse(writer.notApplied("it is closed"));
      late.finish();
    }
  }
}
