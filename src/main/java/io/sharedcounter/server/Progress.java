package io.sharedcounter.server;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Tells people at intervals how far long work has come; short work says nothing. Thread-safe. */
final class Progress implements AutoCloseable {
  static final Duration INTERVAL = Duration.ofSeconds(2);

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread thread;

  Progress(String subject, Supplier<String> far, PrintWriter err, Duration interval) {
    thread =
        new Thread(() -> tell(subject, far, err, interval.toMillis()), "sharedcounter-progress");
    thread.setDaemon(true);
    thread.start();
  }

  private void tell(String subject, Supplier<String> far, PrintWriter err, long millis) {
    try {
      while (!done.await(millis, TimeUnit.MILLISECONDS)) {
        err.println(subject + far.get());
        err.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (OutOfMemoryError e) {
      // The work says so itself, and it is that which counts.
      return;
    }
  }

  @Override
  public void close() {
    done.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
