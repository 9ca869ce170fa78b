package io.sharedcounter.archive;

/** Waits for the end of threads that will end. Stateless, thread-safe. */
final class Joining {
  private Joining() {}

  /** Returns when the thread has ended; an interrupt waits until then too. */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
