package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.BatchReply.Status;
import io.sharedcounter.cluster.Linearizable.Step;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import io.sharedcounter.core.Reply.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The checker, and that it finds each defect which the design is there to prevent. */
class LinearizableTest {
  @Test
  void operationsThatOverlapMayTakeEffectInAnyOrder() {
    assertTrue(
        Linearizable.check(
            List.of(
                step(Code.SET, 5, 0, 10, Outcome.DONE, 5),
                step(Code.INCREMENT, 1, 1, 9, Outcome.DONE, 1),
                step(Code.GET, 0, 11, 12, Outcome.DONE, 5))));
    assertFalse(
        Linearizable.check(
            List.of(
                step(Code.SET, 5, 0, 2, Outcome.DONE, 5),
                step(Code.INCREMENT, 1, 3, 9, Outcome.DONE, 1))));
  }

  @Test
  void anUnknownOutcomeMayHaveHappenedLateOrNeverButNotTwice() {
    Step unknown =
        new Step(Gen.request(Code.INCREMENT, "n", 1, 0, ""), 0, Long.MAX_VALUE, Optional.empty());
    assertTrue(Linearizable.check(List.of(unknown, step(Code.GET, 0, 5, 6, Outcome.DONE, 0))));
    assertTrue(
        Linearizable.check(
            List.of(
                unknown,
                step(Code.GET, 0, 5, 6, Outcome.DONE, 0),
                step(Code.GET, 0, 7, 8, Outcome.DONE, 1))));
    assertFalse(Linearizable.check(List.of(unknown, step(Code.GET, 0, 5, 6, Outcome.DONE, 2))));
  }

  @Test
  void aLockKeepsOthersOut() {
    Step lock = held(Code.LOCK, 0, 0, 1, Outcome.DONE, 0);
    assertTrue(Linearizable.check(List.of(lock, step(Code.SET, 5, 2, 3, Outcome.LOCKED, 0))));
    assertFalse(Linearizable.check(List.of(lock, step(Code.SET, 5, 2, 3, Outcome.DONE, 5))));
    assertTrue(Linearizable.check(List.of(lock, held(Code.SET, 5, 2, 3, Outcome.DONE, 5))));
  }

  @Test
  void theSenderAndTheStateAreLinearizableWhateverRepliesAreLost() throws Exception {
    assertEquals(0, violations(new Network(UnaryOperator.identity(), false), false));
  }

  @Test
  void batchesThatAreSentAgainUnderAnotherNumberAreFound() throws Exception {
    assertTrue(violations(new Network(UnaryOperator.identity(), true), false) > 0);
  }

  @Test
  void aLockThatIgnoresTokensIsFound() throws Exception {
    Network network = new Network(UnaryOperator.identity(), false);
    network.rewrite = network::underTheHoldersToken;
    assertTrue(violations(network, false) > 0);
  }

  @Test
  void readsFromAnOldStateAreFound() throws Exception {
    assertTrue(violations(new Network(UnaryOperator.identity(), false), true) > 0);
  }

  private static Step step(Code code, long argument, long start, long end, Outcome o, long after) {
    return new Step(
        Gen.request(code, "n", argument, 0, ""), start, end, Optional.of(Answer.plain(o, after)));
  }

  private static Step held(Code code, long argument, long start, long end, Outcome o, long after) {
    return new Step(
        Gen.request(code, "n", argument, 0, "t"), start, end, Optional.of(Answer.plain(o, after)));
  }

  /** Lets three processes work on a state, and returns how many counters' histories are wrong. */
  private static int violations(Network network, boolean oldReads) throws Exception {
    List<Sequencer> senders = new ArrayList<>();
    ExecutorService callers = Executors.newFixedThreadPool(6);
    Map<String, List<Step>> histories = new ConcurrentHashMap<>();
    try {
      for (int i = 0; i < 3; i++) {
        senders.add(
            new Sequencer(
                "s" + i,
                network.way(),
                InstantSource.system(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofMillis(1)));
      }
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Sequencer sender = senders.get(i % 3);
        Random random = new Random(i);
        String token = "t" + i;
        done.add(
            callers.submit(
                () -> {
                  for (int n = 0; n < 300; n++) {
                    Request request = Gen.next(random, "k" + n / 30, token);
                    Step step =
                        oldReads && request.code() == Code.GET
                            ? network.oldRead(request)
                            : Gen.ask(sender, request);
                    Gen.add(histories, step);
                  }
                }));
      }
      for (Future<?> one : done) {
        one.get(60, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
      senders.forEach(Sequencer::close);
    }
    return (int) histories.values().stream().filter(h -> !Linearizable.check(h)).count();
  }

  /** A log that loses some replies, and that can be made wrong. Thread-safe. */
  private static final class Network {
    volatile UnaryOperator<Request> rewrite;
    private final boolean renumbers;
    private final ReplicatedState state = new ReplicatedState();
    private final Map<String, Long> old = new ConcurrentHashMap<>();
    private final Random random = new Random(1);
    private long index;

    Network(UnaryOperator<Request> rewrite, boolean renumbers) {
      this.rewrite = rewrite;
      this.renumbers = renumbers;
    }

    Request underTheHoldersToken(Request request) {
      var content = state.namespaces().get(request.namespace());
      var counter = content == null ? null : content.counters().get(request.name());
      boolean isOther = request.code() == Code.LOCK || request.code() == Code.IMPORT;
      if (counter == null || counter.lock().isEmpty() || isOther) {
        return request;
      }
      String token = counter.lock().get().token();
      return Gen.request(
          request.code(), request.name(), request.argument(), request.expected(), token);
    }

    /** Reads as a member would that asks its own replica, which is behind. */
    synchronized Step oldRead(Request request) {
      long start = System.nanoTime();
      var content = state.namespaces().get(request.namespace());
      var counter = content == null ? null : content.counters().get(request.name());
      long now = counter == null ? 0 : counter.value();
      long value = old.getOrDefault(request.name(), 0L);
      old.put(request.name(), now);
      return new Step(
          request, start, System.nanoTime(), Optional.of(Answer.plain(Outcome.DONE, value)));
    }

    synchronized byte[] apply(byte[] entry) {
      return state.apply(index++, entry);
    }

    synchronized boolean isLost() {
      return random.nextInt(5) == 0;
    }

    Channel way() {
      return new Channel() {
        private long number;

        @Override
        public boolean hasLeader() {
          return true;
        }

        @Override
        public CompletableFuture<byte[]> submit(byte[] entry) {
          synchronized (Network.this) {
            Batch batch = Batch.decode(entry);
            byte[] sent = entry;
            if (!batch.isRegistration()) {
              List<Request> requests = batch.requests().stream().map(rewrite).toList();
              number = renumbers ? number + 1 : batch.number();
              sent = new Batch(batch.session(), number, batch.at(), requests).encode();
            }
            byte[] reply = apply(sent);
            boolean isBatch = BatchReply.decode(reply).status() == Status.APPLIED;
            return isBatch && isLost()
                ? CompletableFuture.failedFuture(new IOException("lost"))
                : CompletableFuture.completedFuture(reply);
          }
        }

        @Override
        public void noReply() {}
      };
    }
  }

  /** Operations for general histories. */
  static final class Gen {
    private static final Code[] CODES = {
      Code.GET,
      Code.GET,
      Code.PEEK,
      Code.SET,
      Code.INCREMENT,
      Code.INCREMENT,
      Code.COMPARE_AND_SET,
      Code.COMPARE_AND_SET,
      Code.LOCK,
      Code.UNLOCK,
      Code.UNLOCK,
      Code.IMPORT
    };
    private static final long LEASE = 600_000;

    private Gen() {}

    static Request request(Code code, String name, long argument, long expected, String token) {
      return new Request(
          code,
          "general",
          1_000_000,
          name,
          argument,
          expected,
          token,
          "jmx:test",
          code == Code.LOCK ? token : "");
    }

    /** Returns an import that adds to one counter; that it also names it changes nothing. */
    private static Request adding(String name, long value) {
      return new Request(
          Code.IMPORT,
          "general",
          1_000_000,
          name,
          2,
          0,
          "",
          "import",
          "",
          new TreeMap<>(Map.of(name, value)));
    }

    static Request next(Random random, String name, String token) {
      Code code = CODES[random.nextInt(CODES.length)];
      if (code == Code.IMPORT) {
        return adding(name, 1 + random.nextInt(5));
      }
      long argument = code == Code.LOCK ? LEASE : 1 + random.nextInt(5);
      boolean isRead = code == Code.GET || code == Code.PEEK;
      boolean isHolders =
          code == Code.LOCK || code == Code.UNLOCK || (!isRead && random.nextInt(3) == 0);
      return request(code, name, argument, random.nextInt(5), isHolders ? token : "");
    }

    static Step ask(Sequencer sender, Request request) {
      long start = System.nanoTime();
      try {
        Answer answer = sender.ask(request).answer();
        return new Step(request, start, System.nanoTime(), Optional.of(answer));
      } catch (OutcomeUnknownException e) {
        return new Step(request, start, Long.MAX_VALUE, Optional.empty());
      } catch (NotAppliedException e) {
        return new Step(request, start, Long.MIN_VALUE, Optional.empty());
      }
    }

    /** Adds what may have happened; what was surely not applied is left out. */
    static void add(Map<String, List<Step>> histories, Step step) {
      if (step.end() != Long.MIN_VALUE) {
        List<Step> history =
            histories.computeIfAbsent(
                step.request().name(), name -> Collections.synchronizedList(new ArrayList<>()));
        history.add(step);
      }
    }
  }
}
