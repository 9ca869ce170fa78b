package io.sharedcounter.archive;

import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.OutcomeUnknownException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
  private static final int NEVER = Integer.MAX_VALUE;
  private static final long GATHER_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final int BATCHES_IN_VAIN = 32;

  private final String namespace;
  private final Book book;
  private final Store store;
  private final Forcing forcing;
  private final Queue<Request<?>> queue = new ConcurrentLinkedQueue<>();
  private final Writer writer;
  private final AtomicInteger waiting = new AtomicInteger();

  /** So many waiting requests wake the writer. */
  private volatile int wakeAt = NEVER;

  private int ungathered;
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
    if (waiting.incrementAndGet() >= wakeAt) {
      writer.unpark();
    }
    if (isClosed) {
      refuseLate();
    }
    boolean interrupted = false;
    while (!request.isDone) {
      LockSupport.park(this);
      // As everywhere, an interrupt ends only the wait for a lock, not a change.
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return request.result();
  }

  @Override
  public void run() {
    List<Request<?>> batch = new ArrayList<>();
    while (true) {
      take(batch);
      if (!batch.isEmpty()) {
        keep(batch);
        // Before they are woken, so that nobody is counted twice.
        int callers = batch.size() + waiting.get();
        batch.forEach(Request::finish);
        batch.clear();
        forcing.runIfDue();
        gather(callers);
      } else if (isClosing) {
        return;
      } else {
        rest(1, forcing.isDue() ? Forcing.NANOS : Long.MAX_VALUE);
        forcing.runIfDue();
      }
    }
  }

  private void take(List<Request<?>> batch) {
    Request<?> next = queue.peek();
    while (next != null && batch.size() < MAX_BATCH && (batch.isEmpty() || !next.isAlone)) {
      queue.remove();
      batch.add(next);
      next = next.isAlone ? null : queue.peek();
    }
    waiting.addAndGet(-batch.size());
  }

  /**
   * Waits a little for those who were just answered: most callers come back at once, and it is
   * faster to force one batch of all than two of halves in turn. Where they do not come back, that
   * is found out now and then only.
   */
  private void gather(int callers) {
    if (ungathered > 0) {
      ungathered--;
    } else if (!rest(callers, GATHER_NANOS)) {
      ungathered = BATCHES_IN_VAIN;
    }
  }

  /** Rests until so many requests wait, and returns whether they do. */
  private boolean rest(int until, long nanos) {
    long start = System.nanoTime();
    long left = nanos;
    wakeAt = until;
    while (waiting.get() < until && !isClosing && left > 0) {
      LockSupport.parkNanos(this, left);
      left = nanos - (System.nanoTime() - start);
    }
    wakeAt = NEVER;
    return waiting.get() >= until;
  }

  private void keep(List<Request<?>> batch) {
    String state;
    synchronized (book) {
      if (isStopped) {
        state = writer.state();
        refuse(batch, writer.notApplied(state));
      } else {
        boolean isDecided = false;
        try {
          batch.forEach(request -> request.decide(book));
          Batch decided = book.batch();
          isDecided = true;
          // What needs no writing does not show that writing goes well again.
          state = write(decided) ? Ledger.OK : writer.state();
          book.publish();
        } catch (StoreFailure e) {
          book.takeBack();
          state = e.isSure() ? keepWhatNeedsNoWriting(batch, e) : stop(batch, e);
        } catch (RuntimeException | Error e) {
          book.takeBack();
          if (!isDecided && e instanceof OutOfMemoryError noMemory) {
            refuse(batch, writer.notApplied(noMemory));
            state = writer.state();
          } else {
            // Only a defect or no memory leads here; whether the file has the batch is not known.
            state = stop(batch, e);
          }
        }
      }
    }
    // Not before: who hears of it may ask this namespace, from any thread, and wait for the answer.
    writer.enter(state);
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
        request.refuse(writer.notApplied(reason, failure));
      } else {
        book.publish();
      }
    }
    return reason;
  }

  private boolean write(Batch written) throws StoreFailure {
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
    RuntimeException unknown =
        new OutcomeUnknownException(
            "Outcome unknown: namespace '" + namespace + "': " + store.file() + ": " + failure);
    unknown.initCause(failure);
    refuse(batch, unknown);
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
