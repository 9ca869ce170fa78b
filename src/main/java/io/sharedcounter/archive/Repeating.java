package io.sharedcounter.archive;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does one thing at intervals in a thread of its own, until it is closed. Thread-safe. */
final class Repeating implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Repeating.class.getName());

  private final String namespace;
  private final long nanos;
  private final Runnable work;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  Repeating(String namespace, Duration interval, Runnable work) {
    this.namespace = namespace;
    this.nanos = interval.toNanos();
    this.work = work;
    this.thread = new Thread(this::run, "sharedcounter-snapshot-" + namespace);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!closed.await(nanos, TimeUnit.NANOSECONDS)) {
        try {
          work.run();
        } catch (RuntimeException e) {
          LOG.log(Level.WARNING, "[{0}] {1}", namespace, e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread on purpose; it ends.
      LOG.log(Level.WARNING, "[{0}] no more snapshots: interrupted", namespace);
    }
  }

  /** Ends the thread, after what it is doing. */
  @Override
  public void close() {
    closed.countDown();
    Joining.join(thread);
  }
}
