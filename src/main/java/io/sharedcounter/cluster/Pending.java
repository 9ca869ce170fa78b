package io.sharedcounter.cluster;

import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One request on its way, and its caller waiting. Whether it was sent is decided exactly once, so
 * that a caller who gives up knows which of both holds. Thread-safe.
 */
final class Pending {
  private enum Stage {
    QUEUED,
    SENT,
    GIVEN_UP
  }

  /** An answer and the log index at which its batch was applied. Immutable. */
  record Outcome(Answer answer, long index) {}

  private final Request request;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.QUEUED);
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  Pending(Request request) {
    this.request = request;
  }

  Request request() {
    return request;
  }

  /** Returns whether the request may be sent now: its caller has not given up. */
  boolean send() {
    return stage.compareAndSet(Stage.QUEUED, Stage.SENT);
  }

  void complete(Outcome result) {
    outcome.complete(result);
  }

  /** Ends the wait of a request whose outcome will not be known. */
  void fail(String why) {
    outcome.completeExceptionally(
        stage.compareAndSet(Stage.QUEUED, Stage.GIVEN_UP)
            ? new NotAppliedException("Not applied: " + why)
            : new OutcomeUnknownException("Outcome unknown: " + why));
  }

  /**
   * Waits for the outcome.
   *
   * @throws NotAppliedException if the request was not sent in time, and will not be
   * @throws OutcomeUnknownException if it was sent and the outcome is not known in time
   */
  Outcome await(long nanos) {
    try {
      return outcome.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw givenUp("no majority answered within " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw givenUp("interrupted while waiting for the cluster");
    } catch (ExecutionException e) {
      // A new exception, so that its trace is that of the caller.
      String message = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
      throw e.getCause() instanceof NotAppliedException
          ? new NotAppliedException(message)
          : new OutcomeUnknownException(message);
    }
  }

  private IllegalStateException givenUp(String why) {
    return stage.compareAndSet(Stage.QUEUED, Stage.GIVEN_UP)
        ? new NotAppliedException("Not applied: " + why)
        : new OutcomeUnknownException("Outcome unknown: " + why);
  }
}
