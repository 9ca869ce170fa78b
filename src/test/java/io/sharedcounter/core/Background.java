package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** A task in a thread of its own, every wait for which ends. Thread-safe. */
final class Background<T> {
  static final long DEADLINE_SECONDS = 20;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final FutureTask<T> task;
  private final Thread thread;

  private Background(Callable<T> task) {
    this.task = new FutureTask<>(task);
    thread = new Thread(this.task, "background");
    thread.setDaemon(true);
  }

  static <T> Background<T> start(Callable<T> task) {
    Background<T> started = new Background<>(task);
    started.thread.start();
    return started;
  }

  /** Runs the task in so many threads at once and returns what each returned. */
  static <T> List<T> together(int threads, Callable<T> task) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Background<T>> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      running.add(
          start(
              () -> {
                start.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
                return task.call();
              }));
    }
    List<T> results = new ArrayList<>();
    for (Background<T> each : running) {
      results.add(each.result());
    }
    return results;
  }

  /** Returns what the task returned, or throws what it threw. */
  T result() throws Exception {
    try {
      T result = task.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      thread.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
      return result;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    } catch (TimeoutException e) {
      StackTraceElement[] where = thread.getStackTrace();
      return fail("still running at " + List.of(where), e);
    }
  }

  boolean isRunning() {
    return !task.isDone();
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Returns once the thread sleeps in a wait that has an end. */
  void awaitWaiting() {
    await(Thread.State.TIMED_WAITING);
  }

  /** Returns once the thread waits for a monitor. */
  void awaitBlocked() {
    await(Thread.State.BLOCKED);
  }

  /** Returns once the thread has run for so long, or in vain tried to on a busy machine. */
  void awaitRun(Duration processorTime) {
    long start = System.nanoTime();
    while (threads.getThreadCpuTime(thread.getId()) < processorTime.toNanos()
        && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS)) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void await(Thread.State state) {
    long start = System.nanoTime();
    while (thread.getState() != state) {
      assertTrue(thread.isAlive(), "ended instead of waiting");
      assertTrue(
          System.nanoTime() - start < TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS),
          "does not wait but is " + thread.getState());
      LockSupport.parkNanos(100_000);
    }
  }
}
