package io.sharedcounter.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jolokia.server.core.request.JolokiaExecRequest;
import org.jolokia.server.core.request.JolokiaRequest;

/**
 * Lets one large answer be made and sent at a time, so that many who ask for one cannot fill the
 * heap together. Thread-safe.
 */
final class LargeAnswers {
  private static final Set<String> OPERATIONS = Set.of("getAllCounters", "exportCounters");
  private static final int MOST_WAITING = 16;

  private final Duration patience;
  private final Semaphore turn = new Semaphore(1, true);

  /**
   * Creates the queue.
   *
   * @param patience how long one waits in it
   */
  LargeAnswers(Duration patience) {
    this.patience = patience;
  }

  /** Returns whether one of the requests may have a large answer. */
  static boolean areAskedFor(CheckedRequests checked) {
    for (JolokiaRequest request : checked.requests()) {
      if (request instanceof JolokiaExecRequest exec
          && OPERATIONS.contains(AccessRules.withoutSignature(exec.getOperation()))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Waits until no other large answer is under way.
   *
   * @throws Refusal with 503 if that takes too long, or too many wait
   */
  void begin() throws Refusal, IOException {
    try {
      if (waiting() < MOST_WAITING && turn.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the server is closed", e);
    }
    throw new Refusal(
        503,
        "Limit: others list all counters at this moment; try again, or use findCounters",
        Map.of("Retry-After", "1"));
  }

  int waiting() {
    return turn.getQueueLength();
  }

  /** Lets the next begin. */
  void end() {
    turn.release();
  }
}
