package io.sharedcounter.http;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that read, answer and write requests, all daemons. The JDK's server reads a request
 * on the thread that then answers it, so a peer that sends half of one would hold the thread for
 * good. Here a thread that waits for its peer longer than the patience is interrupted, which closes
 * the connection; when all threads are taken, the one that has waited longest goes at once. A
 * thread that works for a complete request is never interrupted. Thread-safe.
 */
final class RequestThreads implements Executor, AutoCloseable {
  private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor threads;
  private final Thread watch;
  private final Duration patience;

  RequestThreads(int most, Duration patience) {
    this.patience = patience;
    threads =
        new ThreadPoolExecutor(
            0, most, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), Worker::new, this::makeRoom);
    watch = new Thread(this::watch, "sharedcounter-http-watch");
    watch.setDaemon(true);
    watch.start();
  }

  @Override
  public void execute(Runnable request) {
    threads.execute(() -> run(request));
  }

  private void run(Runnable request) {
    Worker worker = (Worker) Thread.currentThread();
    workers.add(worker);
    worker.waits();
    try {
      request.run();
    } finally {
      worker.rests();
      workers.remove(worker);
    }
  }

  /** Tells that the request is complete, so that this thread is left alone from now on. */
  static void works() throws InterruptedIOException {
    if (Thread.currentThread() instanceof Worker worker) {
      worker.works();
    }
  }

  /** Tells that this thread is about to write to, or to read more from, its peer. */
  static void waitsForPeer() {
    if (Thread.currentThread() instanceof Worker worker) {
      worker.waits();
    }
  }

  // Runs on the server's only accepting thread: waiting here is what holds back further requests.
  private void makeRoom(Runnable request, ThreadPoolExecutor executor) {
    try {
      do {
        workers.stream()
            .filter(worker -> worker.waited() > 0)
            .max((a, b) -> Long.compare(a.waited(), b.waited()))
            .ifPresent(worker -> worker.cutAfter(0));
        if (executor.isShutdown()) {
          throw new RejectedExecutionException("the HTTP server is closed");
        }
      } while (!executor.getQueue().offer(request, 50, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException("the HTTP server is closed", e);
    }
  }

  private void watch() {
    try {
      while (!threads.awaitTermination(patience.toMillis() / 4 + 1, TimeUnit.MILLISECONDS)) {
        workers.forEach(worker -> worker.cutAfter(patience.toNanos()));
      }
    } catch (InterruptedException e) {
      // Only close() interrupts this thread, to end it.
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether a thread works for a complete request. */
  boolean isWorking() {
    return workers.stream().anyMatch(worker -> worker.waited() < 0);
  }

  /** Ends the threads, waiting a few seconds for them. */
  @Override
  public void close() {
    threads.shutdownNow();
    watch.interrupt();
    boolean interrupted = false;
    try {
      threads.awaitTermination(5, TimeUnit.SECONDS);
      watch.join(5_000);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** One thread, and since when it waits for its peer. Thread-safe. */
  private static final class Worker extends Thread {
    private boolean waiting;
    private boolean cut;
    private long since;

    Worker(Runnable loop) {
      super(loop, "sharedcounter-http");
      setDaemon(true);
    }

    synchronized void waits() {
      waiting = true;
      since = System.nanoTime();
    }

    synchronized void works() throws InterruptedIOException {
      waiting = false;
      if (cut) {
        throw new InterruptedIOException("the peer was too slow");
      }
    }

    synchronized void rests() {
      waiting = false;
      if (cut) {
        // The interrupt was meant for this request only.
        cut = false;
        Thread.interrupted();
      }
    }

    /** Returns for how many nanoseconds it has waited, -1 when it works. */
    synchronized long waited() {
      return waiting ? System.nanoTime() - since : -1;
    }

    synchronized void cutAfter(long nanos) {
      if (waiting && System.nanoTime() - since >= nanos) {
        waiting = false;
        cut = true;
        interrupt();
      }
    }
  }
}
