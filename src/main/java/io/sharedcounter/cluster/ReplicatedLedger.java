package io.sharedcounter.cluster;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.OutcomeUnknownException;
import io.sharedcounter.core.Reply;
import io.sharedcounter.core.Reply.Outcome;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of one replicated namespace: sends each change through the log and tells its caller
 * what became of it. Thread-safe.
 */
final class ReplicatedLedger implements Ledger {
  private static final long TELL_NANOS = 1_000_000_000L;

  private final CounterSettings settings;
  private final long timeoutNanos;
  private final Replica replica;
  private final Sequencer sequencer;
  private final Supplier<String> state;

  ReplicatedLedger(
      CounterSettings settings,
      ClusterSettings cluster,
      Replica replica,
      Sequencer sequencer,
      Supplier<String> state) {
    this.settings = settings;
    this.timeoutNanos = cluster.timeout().toNanos();
    this.replica = replica;
    this.sequencer = sequencer;
    this.state = state;
  }

  @Override
  public void start(Witness witness) {
    replica.witness(settings.namespace(), witness);
  }

  @Override
  public Reply change(String name, Change change) {
    String token = change.token();
    boolean isLock = change.operation() == Operation.LOCK && change.origin().equals(Change.APP);
    if (token == null || !isLock) {
      return send(name, change);
    }
    replica.expectLock(token, Thread.currentThread());
    try {
      return send(name, change);
    } finally {
      replica.forgetLock(token);
    }
  }

  private Reply send(String name, Change change) {
    Request request = Request.of(settings.namespace(), settings.maxCounters(), name, change);
    return reply(name, change, sequencer.ask(request));
  }

  private Reply reply(String name, Change change, Pending.Outcome outcome) {
    Answer answer = outcome.answer();
    HeldLock lock = null;
    boolean told = Replica.isTold(change, answer);
    if (told || answer.lock().isPresent()) {
      // The lock's holder waits on the local replica's lock; a lost wait costs a repetition only.
      awaitApplied(outcome.index());
      lock = lock(name, change, answer);
    }
    if (told) {
      awaitTold();
    }
    return new Reply(answer.outcome(), answer.before(), answer.after(), answer.created(), lock);
  }

  private @Nullable HeldLock lock(String name, Change change, Answer answer) {
    if (answer.lock().isEmpty()) {
      return null;
    }
    Optional<HeldLock> local = read(s -> Optional.ofNullable(locks(s).get(name)));
    String token = change.token();
    boolean isOurs = answer.outcome() == Outcome.DONE;
    if (local.isPresent() && (!isOurs || local.get().token().equals(token))) {
      return local.get();
    }
    HeldLock gone = answer.lock().get().toLock(isOurs && token != null ? token : "");
    if (!isOurs) {
      gone.release();
    }
    return gone;
  }

  private void awaitApplied(long index) {
    try {
      var unused = replica.await(index, timeoutNanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitTold() {
    try {
      replica.awaitTold(TELL_NANOS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public int importAll(Import wanted) {
    Pending.Outcome outcome = sequencer.ask(ImportCode.request(settings, wanted));
    int changed = ImportCode.changed(outcome.answer());
    awaitApplied(outcome.index());
    awaitTold();
    return changed;
  }

  @Override
  public OptionalLong peek(String name) {
    Answer answer = sequencer.ask(Request.peek(settings.namespace(), name)).answer();
    return answer.outcome() == Outcome.DONE
        ? OptionalLong.of(answer.after())
        : OptionalLong.empty();
  }

  /** Waits until this member has applied an entry that was proposed after the call. */
  @Override
  public void catchUp() {
    long index = sequencer.ask(Request.barrier(settings.namespace())).index();
    boolean reached;
    try {
      reached = replica.await(index, timeoutNanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutcomeUnknownException("Outcome unknown: interrupted while reading");
    }
    if (!reached) {
      throw new OutcomeUnknownException(
          "Outcome unknown: nothing changed, but this member lags too far behind to answer");
    }
  }

  /** Shows all counters as this member has them now, at one log index. */
  @Override
  public void forEach(ObjLongConsumer<String> visitor) {
    SortedMap<String, Long> copy = read(content -> content.range("", true, Integer.MAX_VALUE));
    copy.forEach(visitor::accept);
  }

  @Override
  public Optional<SortedMap<String, Long>> range(String start, boolean inclusive, int limit) {
    return Optional.of(read(content -> content.range(start, inclusive, limit)));
  }

  @Override
  public OptionalLong glance(String name) {
    return read(
        content -> {
          var counter = content.counters().get(name);
          return counter == null ? OptionalLong.empty() : OptionalLong.of(counter.value());
        });
  }

  @Override
  public int count() {
    return read(content -> content.counters().size());
  }

  @Override
  public SortedMap<String, HeldLock> locks() {
    return read(ReplicatedLedger::locks);
  }

  private static SortedMap<String, HeldLock> locks(NamespaceState content) {
    SortedMap<String, HeldLock> held = new TreeMap<>();
    for (String name : content.leases().keySet()) {
      var counter = content.counters().get(name);
      if (counter != null) {
        counter.lock().ifPresent(lock -> held.put(name, lock));
      }
    }
    return Collections.unmodifiableSortedMap(held);
  }

  private <T> T read(Function<NamespaceState, T> reader) {
    return replica.read(
        s -> {
          NamespaceState content = s.namespaces().get(settings.namespace());
          return reader.apply(content == null ? new NamespaceState() : content);
        });
  }

  @Override
  public String state() {
    return state.get();
  }

  @Override
  public void close() {
    replica.forgetWitness(settings.namespace());
  }
}
