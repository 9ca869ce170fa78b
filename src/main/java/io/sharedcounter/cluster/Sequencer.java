package io.sharedcounter.cluster;

import io.sharedcounter.cluster.BatchReply.Status;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/**
 * The one sender of this process: collects the requests of all callers into numbered batches and
 * sees each through. One batch is in flight; it is sent again under its number until its outcome is
 * known, then comes the next. Callers are served in the order in which they came. Thread-safe.
 */
final class Sequencer implements AutoCloseable {
  static final int QUEUE = 10_000;
  private static final Logger LOG = System.getLogger(Sequencer.class.getName());

  private final Channel channel;
  private final InstantSource clock;
  private final long timeoutNanos;
  private final long attemptMillis;
  private final long pauseMillis;
  private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>(QUEUE);
  private final LongAdder retries = new LongAdder();
  private final LongAdder unknowns = new LongAdder();
  private final Thread sender;
  private volatile boolean closed;

  private long session = Batch.REGISTER;
  private long number;

  /**
   * Creates the sender and starts its thread.
   *
   * @param timeout how long a caller waits
   * @param attempt how long one sending may take before it is repeated
   * @param pause how long to wait before a repetition
   */
  Sequencer(
      String node,
      Channel channel,
      InstantSource clock,
      Duration timeout,
      Duration attempt,
      Duration pause) {
    this.channel = channel;
    this.clock = clock;
    this.timeoutNanos = timeout.toNanos();
    this.attemptMillis = attempt.toMillis();
    this.pauseMillis = pause.toMillis();
    this.sender = new Thread(this::run, "sharedcounter-sender-" + node);
    sender.setDaemon(true);
    sender.start();
  }

  /**
   * Sends a request and waits for what becomes of it.
   *
   * @throws NotAppliedException if it was surely not applied: queue full, closed, or not sent in
   *     time
   * @throws OutcomeUnknownException if it was sent and its outcome is not known in time
   */
  Pending.Outcome ask(Request request) {
    Pending pending = new Pending(request);
    offer(pending);
    try {
      return pending.await(timeoutNanos);
    } catch (OutcomeUnknownException e) {
      unknowns.increment();
      throw e;
    }
  }

  /** Sends a request for whose outcome nobody waits; drops it if the queue is full. */
  void tell(Request request) {
    if (!closed && queue.offer(new Pending(request)) && closed) {
      failAll(queue, "closed");
    }
  }

  long retries() {
    return retries.sum();
  }

  /** Adds what the MBean shows of it, by the names of the attributes. */
  void count(Map<String, Long> numbers) {
    numbers.put("QueueLength", (long) queue.size());
    numbers.put("Retries", retries.sum());
    numbers.put("UnknownOutcomes", unknowns.sum());
  }

  long unknownOutcomes() {
    return unknowns.sum();
  }

  private void offer(Pending pending) {
    if (closed) {
      throw new NotAppliedException("Not applied: the cluster member is closed");
    }
    if (!queue.offer(pending)) {
      throw new NotAppliedException("Not applied: " + QUEUE + " requests wait already");
    }
    if (closed) {
      failAll(queue, "the cluster member was closed");
    }
  }

  private void run() {
    List<Pending> batch = new ArrayList<>(Batch.MAX_REQUESTS);
    try {
      while (!closed) {
        batch.clear();
        Pending first = queue.poll(1, TimeUnit.SECONDS);
        if (first == null) {
          continue;
        }
        try {
          awaitTurn(first, batch);
        } catch (InterruptedException e) {
          // It is in neither of the two that are failed below.
          first.fail("the cluster member was closed");
          throw e;
        }
        if (!batch.isEmpty()) {
          seeThrough(batch);
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    } finally {
      failAll(batch, "the cluster member was closed");
      failAll(queue, "the cluster member was closed");
    }
  }

  /** Collects a batch once there is a leader and a session; until then all stay unsent. */
  private void awaitTurn(Pending first, List<Pending> batch) throws InterruptedException {
    while (!channel.hasLeader()) {
      pause();
    }
    while (session == Batch.REGISTER) {
      register();
    }
    if (first.send()) {
      batch.add(first);
      if (first.request().isAlone()) {
        return;
      }
    }
    Pending next = queue.peek();
    while (batch.size() < Batch.MAX_REQUESTS && next != null && !next.request().isAlone()) {
      queue.remove();
      if (next.send()) {
        batch.add(next);
      }
      next = queue.peek();
    }
  }

  private void register() throws InterruptedException {
    BatchReply reply = attempt(Batch.register().encode());
    if (reply != null && reply.status() == Status.REGISTERED) {
      session = reply.index();
      number = 0;
    }
  }

  private void seeThrough(List<Pending> batch) throws InterruptedException {
    List<Request> requests = batch.stream().map(Pending::request).toList();
    long at = clock.millis();
    number++;
    byte[] entry = new Batch(session, number, at, requests).encode();
    for (int attempts = 1; ; attempts++) {
      BatchReply reply = attempt(entry);
      if (reply == null) {
        continue;
      }
      if (reply.status() == Status.APPLIED && reply.answers().size() == batch.size()) {
        for (int i = 0; i < batch.size(); i++) {
          batch.get(i).complete(new Pending.Outcome(reply.answers().get(i), reply.index()));
        }
        return;
      }
      LOG.log(Level.WARNING, "[cluster] session {0} ended: {1}", session, reply.status());
      session = Batch.REGISTER;
      if (attempts > 1 || reply.status() != Status.NO_SESSION) {
        failAll(batch, "the session of this process was forgotten by the cluster");
        return;
      }
      // Sent once and refused: it is not in the log, so it may go under another number.
      while (session == Batch.REGISTER) {
        register();
      }
      number = 1;
      entry = new Batch(session, number, at, requests).encode();
      attempts = 0;
    }
  }

  /** Sends an entry once; returns null after a pause if what became of it is not known. */
  private @org.jspecify.annotations.Nullable BatchReply attempt(byte[] entry)
      throws InterruptedException {
    CompletableFuture<byte[]> sent = channel.submit(entry);
    endIfClosed();
    try {
      return BatchReply.decode(sent.get(attemptMillis, TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(Level.DEBUG, "[cluster] sending again", e);
      if (e instanceof TimeoutException) {
        channel.noReply();
      }
      retries.increment();
      pause();
      return null;
    }
  }

  private void pause() throws InterruptedException {
    endIfClosed();
    Thread.sleep(pauseMillis);
  }

  /** The channel may have taken the interrupt of {@link #close} for its own. */
  private void endIfClosed() throws InterruptedException {
    if (closed) {
      throw new InterruptedException("closed");
    }
  }

  private static void failAll(Iterable<Pending> requests, String why) {
    for (Pending pending : requests) {
      pending.fail(why);
    }
  }

  /** Ends all waiting at once: unsent requests are not applied, those in flight unknown. */
  @Override
  public void close() {
    closed = true;
    sender.interrupt();
    try {
      sender.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    failAll(queue, "the cluster member was closed");
  }
}
