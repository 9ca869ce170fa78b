package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.OutcomeUnknownException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SequencerTest {
  private final Network network = new Network();
  private final Sequencer sequencer =
      new Sequencer(
          "t",
          network,
          InstantSource.system(),
          Duration.ofMillis(400),
          Duration.ofMillis(100),
          Duration.ofMillis(5));

  @AfterEach
  void close() {
    sequencer.close();
  }

  @Test
  void aBatchWhoseReplyIsLostCountsOnce() {
    assertEquals(1, increment());
    network.repliesToLose.set(3);
    assertEquals(2, increment());
    assertEquals(3, increment());
    assertEquals(3, sequencer.retries());
  }

  @Test
  void withoutALeaderNothingIsSentAndNothingIsApplied() {
    network.hasLeader = false;
    assertThrows(NotAppliedException.class, this::increment);
    network.hasLeader = true;
    assertEquals(1, increment());
  }

  @Test
  void whatWasSentAndNotAnsweredInTimeIsUnknownAndAppliedOnce() {
    assertEquals(1, increment());
    network.repliesToLose.set(Integer.MAX_VALUE);
    assertThrows(OutcomeUnknownException.class, this::increment);
    assertEquals(1, sequencer.unknownOutcomes());
    network.repliesToLose.set(0);
    assertEquals(3, increment());
  }

  @Test
  void aWayOnWhichNothingComesBackIsReportedAndTriedAgain() {
    assertEquals(1, increment());
    network.isSilent = true;
    assertEquals(2, increment());
    assertEquals(1, network.silences.get());
  }

  @Test
  void afterCloseNothingIsApplied() {
    sequencer.close();
    assertThrows(NotAppliedException.class, this::increment);
  }

  private long increment() {
    return sequencer.ask(Logs.request(Operation.INCREMENT, "a", 1)).answer().after();
  }

  /** Applies every entry, and loses some replies. Thread-safe. */
  private static final class Network implements Channel {
    final AtomicInteger repliesToLose = new AtomicInteger();
    volatile boolean hasLeader = true;
    final AtomicInteger silences = new AtomicInteger();
    volatile boolean isSilent;
    private final ReplicatedState state = new ReplicatedState();
    private long index;

    @Override
    public boolean hasLeader() {
      return hasLeader;
    }

    @Override
    public synchronized CompletableFuture<byte[]> submit(byte[] entry) {
      byte[] reply = state.apply(index++, entry);
      if (isSilent) {
        return new CompletableFuture<>();
      }
      return repliesToLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0
          ? CompletableFuture.failedFuture(new IOException("lost"))
          : CompletableFuture.completedFuture(reply);
    }

    @Override
    public void noReply() {
      silences.incrementAndGet();
      isSilent = false;
    }
  }
}
