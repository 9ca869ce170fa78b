package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.OutcomeUnknownException;
import io.sharedcounter.core.Reply.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SequencerTest {
  private static final Request REQUEST = Logs.request(Operation.INCREMENT, "a", 1);

  private final Network network = new Network();
  private final Sequencer sequencer =
      new Sequencer(
          "t",
          network,
          InstantSource.system(),
          Duration.ofMillis(400),
          Duration.ofMillis(100),
          Duration.ofMillis(5));

  /** Whose callers wait a minute, unless it is closed. */
  private final Sequencer patient =
      new Sequencer(
          "patient",
          network,
          InstantSource.system(),
          Duration.ofMinutes(1),
          Duration.ofMillis(100),
          Duration.ofMillis(5));

  @AfterEach
  void close() {
    sequencer.close();
    patient.close();
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

  @Test
  void anImportGoesAloneAndCountsOnceThoughItsReplyIsLost() throws Exception {
    assertEquals(1, increment());
    network.repliesToLose.set(2);
    Import wanted = new Import(Map.of("a", 10L, "b", 1L), Import.Mode.ADD);
    Request add = ImportCode.request(CounterSettings.of("n"), wanted);
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      List<Future<Long>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        boolean imports = i % 10 == 0;
        answers.add(
            callers.submit(
                () -> imports ? sequencer.ask(add).answer().after() : Long.valueOf(increment())));
      }
      for (int i = 0; i < 200; i++) {
        long answer = answers.get(i).get(10, TimeUnit.SECONDS);
        assertTrue(i % 10 != 0 || answer == 2, "an import changed " + answer);
      }
    } finally {
      callers.shutdownNow();
    }
    assertEquals(1 + 180 + 20 * 10 + 1, increment());
    assertTrue(network.importsWereAlone);
  }

  @Test
  void aTokenOfAnyLengthIsOnlyWrong() {
    Change change = Change.of(Operation.SET, 1, "jmx:" + "u".repeat(70_000));
    Request request = Request.of("n", 100, "a", change.under("t".repeat(70_000)));
    assertEquals(Outcome.NOT_LOCKED, sequencer.ask(request).answer().outcome());
    assertEquals(1, increment());
  }

  @Test
  void closeEndsTheWaitForALeaderAtOnce() throws Exception {
    network.hasLeader = false;
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(
            () -> {
              NotAppliedException refused =
                  assertThrows(NotAppliedException.class, () -> patient.ask(REQUEST));
              assertTrue(refused.getMessage().contains("closed"), refused.getMessage());
            });
    TestCluster.await("the sender to wait", network.asked::get);
    patient.close();
    waiting.get(10, TimeUnit.SECONDS);
  }

  @Test
  void closeEndsTheSenderThoughTheNetworkTakesTheInterruptForItsOwn() throws Exception {
    assertEquals(1, patient.ask(REQUEST).answer().after());
    network.takesInterrupt = true;
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(
            () -> assertThrows(OutcomeUnknownException.class, () -> patient.ask(REQUEST)));
    TestCluster.await("the sender to send", network.sending::get);
    patient.close();
    waiting.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aReplyThatTheLeaderIsNoneAnyMoreIsNoRefusal() {
    assertEquals(1, increment());
    network.deposals.set(2);
    assertEquals(2, increment());
    assertEquals(3, increment());
    assertEquals(2, sequencer.retries());
  }

  private long increment() {
    return sequencer.ask(REQUEST).answer().after();
  }

  /** Applies every entry, and loses some replies. Thread-safe. */
  private static final class Network implements Channel {
    final AtomicInteger repliesToLose = new AtomicInteger();
    final AtomicInteger deposals = new AtomicInteger();
    final AtomicBoolean asked = new AtomicBoolean();
    final AtomicBoolean sending = new AtomicBoolean();
    volatile boolean hasLeader = true;
    volatile boolean takesInterrupt;
    final AtomicInteger silences = new AtomicInteger();
    volatile boolean isSilent;
    volatile boolean importsWereAlone = true;
    private final ReplicatedState state = new ReplicatedState();
    private long index;

    @Override
    public boolean hasLeader() {
      asked.set(true);
      return hasLeader;
    }

    @Override
    public synchronized CompletableFuture<byte[]> submit(byte[] entry) {
      byte[] reply = state.apply(index++, entry);
      if (takesInterrupt) {
        sending.set(true);
        TestCluster.await("an interrupt", Thread::interrupted);
        return CompletableFuture.failedFuture(new IOException("closed"));
      }
      List<Request> requests = Batch.decode(entry).requests();
      importsWereAlone &=
          requests.size() == 1 || requests.stream().noneMatch(r -> r.code() == Code.IMPORT);
      if (isSilent) {
        return new CompletableFuture<>();
      }
      if (deposals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        // Applied all the same: what a leader appended may be committed by the next one.
        return CompletableFuture.completedFuture(deposed()).thenApply(LeaderLink::content);
      }
      return repliesToLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0
          ? CompletableFuture.failedFuture(new IOException("lost"))
          : CompletableFuture.completedFuture(reply);
    }

    private static RaftClientReply deposed() {
      RaftGroupMemberId member =
          RaftGroupMemberId.valueOf(RaftPeerId.valueOf("a"), LeaderLink.GROUP);
      return RaftClientReply.newBuilder()
          .setClientId(ClientId.randomId())
          .setServerId(member)
          .setException(new NotLeaderException(member, null, List.of()))
          .build();
    }

    @Override
    public void noReply() {
      silences.incrementAndGet();
      isSilent = false;
    }
  }
}
