package io.sharedcounter.archive;

import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
  private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());
  private static final int MAX_BATCH = 4_096;
  private static final long FORCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String namespace;
  private final Book book;
  private final Store store;
  private final boolean forcesLater;
  private final Consumer<String> stateChanged;
  private final Queue<Request<?>> queue = new ConcurrentLinkedQueue<>();
  private final Thread writer;
  private volatile boolean isIdle;
  private volatile boolean isClosing;
  private volatile String state = Ledger.OK;
  private boolean isStopped;
  private boolean isUnforced;
  private long forcedAt = System.nanoTime();

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
    this.forcesLater = forcesLater;
    this.stateChanged = stateChanged;
    this.writer = new Thread(this, "sharedcounter-archive-" + namespace);
    writer.setDaemon(true);
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
    return state;
  }

  @Override
  public int backlog() {
    return 0;
  }

  private <T> T submit(Request<T> request) {
    queue.add(request);
    if (isIdle) {
      LockSupport.unpark(writer);
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
      forceIfDue();
    }
  }

  private void rest() {
    isIdle = true;
    if (queue.isEmpty() && !isClosing) {
      LockSupport.parkNanos(this, isUnforced ? FORCE_NANOS : Long.MAX_VALUE);
    }
    isIdle = false;
    forceIfDue();
  }

  private void keep(List<Request<?>> batch) {
    RuntimeException refusal = null;
    synchronized (book) {
      if (isStopped) {
        refusal = notApplied(state);
      } else {
        try {
          batch.forEach(request -> request.decide(book));
          write();
          book.publish();
        } catch (StoreFailure e) {
          book.takeBack();
          refusal = refusal(e);
        } catch (RuntimeException | Error e) {
          // Only a defect or no memory leads here; whether the file has the batch is not known.
          book.takeBack();
          refusal = stop(e);
        }
      }
    }
    if (refusal == null) {
      enter(Ledger.OK);
    }
    for (Request<?> request : batch) {
      request.finish(refusal);
    }
  }

  private void write() throws StoreFailure {
    Batch written = book.batch();
    if (!written.isEmpty()) {
      synchronized (store) {
        store.write(written);
      }
      isUnforced = forcesLater;
    }
  }

  private RuntimeException refusal(StoreFailure failure) {
    if (!failure.isSure()) {
      return stop(failure);
    }
    String reason = "cannot write " + store.file() + ": " + failure.getMessage();
    enter(reason);
    return notApplied(reason);
  }

  private RuntimeException stop(Throwable failure) {
    isStopped = true;
    enter(
        "stopped, since it cannot be known whether the last changes are in "
            + store.file()
            + ": "
            + failure
            + "; close and open the namespace again");
    return new OutcomeUnknownException(
        "Outcome unknown: namespace '" + namespace + "': " + store.file() + ": " + failure);
  }

  private NotAppliedException notApplied(String reason) {
    return new NotAppliedException("Not applied: namespace '" + namespace + "': " + reason);
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

  private void forceIfDue() {
    if (!isUnforced || System.nanoTime() - forcedAt < FORCE_NANOS) {
      return;
    }
    try {
      synchronized (store) {
        store.force();
      }
      isUnforced = false;
    } catch (SQLException e) {
      LOG.log(System.Logger.Level.WARNING, "[{0}] force failed: {1}", namespace, e.getMessage());
    }
    forcedAt = System.nanoTime();
  }

  @Override
  public void close() {
    isClosing = true;
    LockSupport.unpark(writer);
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    for (Request<?> late = queue.poll(); late != null; late = queue.poll()) {
      late.finish(notApplied("it is closed"));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** One thing to decide, and who waits for it. Handed over through the queue and isDone. */
  private static final class Request<T> {
    private final Function<Book, T> work;
    final boolean isAlone;
    private final Thread caller = Thread.currentThread();
    private @Nullable T decided;
    private @Nullable RuntimeException refused;
    volatile boolean isDone;

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

    void finish(@Nullable RuntimeException refusal) {
      if (refusal != null) {
        refused = refusal;
      }
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
}
