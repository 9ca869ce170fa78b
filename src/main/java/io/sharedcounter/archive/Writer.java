package io.sharedcounter.archive;

import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.NotAppliedException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The one thread that writes the file of a namespace, and the state that it tells: whether changes
 * are kept, or why not. Thread-safe.
 */
final class Writer {
  private static final System.Logger LOG = System.getLogger(Writer.class.getName());

  private final String namespace;
  private final Consumer<String> stateChanged;
  private final Thread thread;
  private volatile String state = Ledger.OK;

  /** Creates the thread, which {@link #start} starts. */
  Writer(String namespace, Runnable work, Consumer<String> stateChanged) {
    this.namespace = namespace;
    this.stateChanged = stateChanged;
    this.thread = new Thread(work, "sharedcounter-archive-" + namespace);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Ends the thread's parking, or its next. */
  void unpark() {
    LockSupport.unpark(thread);
  }

  /** Returns when the thread has ended. */
  void join() {
    Joining.join(thread);
  }

  /** Returns {@link Ledger#OK}, or why changes are refused. */
  String state() {
    return state;
  }

  boolean isOk() {
    return state.equals(Ledger.OK);
  }

  /** Tells a state, if it is another than before; called by the thread only. */
  void enter(String newState) {
    if (newState.equals(state)) {
      return;
    }
    state = newState;
    LOG.log(
        isOk() ? System.Logger.Level.INFO : System.Logger.Level.ERROR,
        "[{0}] {1}",
        namespace,
        isOk() ? "changes are kept again" : newState);
    stateChanged.accept(newState);
  }

  NotAppliedException notApplied(String reason) {
    return new NotAppliedException("Not applied: namespace '" + namespace + "': " + reason);
  }

  NotAppliedException notApplied(String reason, Throwable cause) {
    NotAppliedException refusal = notApplied(reason);
    refusal.initCause(cause);
    return refusal;
  }

  /** Says that memory did not suffice to decide, before anything was written. */
  NotAppliedException notApplied(OutOfMemoryError cause) {
    return notApplied("not enough memory: " + cause.getMessage(), cause);
  }
}
