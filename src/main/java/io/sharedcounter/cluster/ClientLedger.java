package io.sharedcounter.cluster;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.Reply;
import io.sharedcounter.core.Reply.Outcome;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of one replicated namespace in a client: changes go through the log as everywhere;
 * what a member would look up in its replica is asked of the leader. Thread-safe.
 */
final class ClientLedger implements Ledger {
  /** How often to look whether somebody else's lock is gone; nobody tells a client. */
  private static final long LOOK_MILLIS = 25;

  private final CounterSettings settings;
  private final ClusterClient client;
  private final Sequencer sequencer;
  private final Listeners listeners;
  private final Map<String, HeldLock> ours = new ConcurrentHashMap<>();
  private final AtomicLong seen = new AtomicLong();

  ClientLedger(
      CounterSettings settings, ClusterClient client, Sequencer sequencer, Listeners listeners) {
    this.settings = settings;
    this.client = client;
    this.sequencer = sequencer;
    this.listeners = listeners;
  }

  @Override
  public void start(Witness witness) {
    listeners.add(settings.namespace(), witness);
  }

  @Override
  public Reply change(String name, Change change) {
    Request request = Request.of(settings.namespace(), settings.maxCounters(), name, change);
    Answer answer = ask(request);
    HeldLock lock = lock(name, change, answer);
    Reply reply =
        new Reply(answer.outcome(), answer.before(), answer.after(), answer.created(), lock);
    listeners.tell(settings.namespace(), name, change, reply);
    return reply;
  }

  private Answer ask(Request request) {
    Pending.Outcome outcome = sequencer.ask(request);
    seen.accumulateAndGet(outcome.index(), Math::max);
    return outcome.answer();
  }

  private @Nullable HeldLock lock(String name, Change change, Answer answer) {
    if (answer.lock().isEmpty()) {
      return null;
    }
    Answer.LockInfo info = answer.lock().get();
    String token = change.token();
    if (answer.outcome() != Outcome.DONE) {
      HeldLock own = ours.get(name);
      if (own != null && own.holder().equals(info.holder())) {
        return own;
      }
      HeldLock foreign = info.toLock("");
      client.later(foreign::release, LOOK_MILLIS);
      return foreign;
    }
    HeldLock before = ours.remove(name);
    HeldLock now = info.toLock(token == null ? "" : token);
    switch (change.operation()) {
      case LOCK, RENEW -> {
        Thread thread = change.origin().equals(Change.APP) ? Thread.currentThread() : null;
        now = new HeldLock(now.token(), new Holder(info.holder(), thread), now.until());
        ours.put(name, now);
      }
      default -> now.release();
    }
    if (before != null) {
      before.release();
    }
    return now;
  }

  @Override
  public int importAll(Import wanted) {
    return ImportCode.changed(ask(ImportCode.request(settings, wanted)));
  }

  @Override
  public OptionalLong peek(String name) {
    Answer answer = ask(Request.peek(settings.namespace(), name));
    return answer.outcome() == Outcome.DONE
        ? OptionalLong.of(answer.after())
        : OptionalLong.empty();
  }

  /** Learns of a log index that is not older than the call; what is asked later reaches it. */
  @Override
  public void catchUp() {
    Answer unused = ask(Request.barrier(settings.namespace()));
  }

  /** Shows all counters of one instant. */
  @Override
  public void forEach(ObjLongConsumer<String> visitor) {
    read("", true, Integer.MAX_VALUE).forEach(visitor::accept);
  }

  @Override
  public Optional<SortedMap<String, Long>> range(String start, boolean inclusive, int limit) {
    return Optional.of(read(start, inclusive, limit));
  }

  private SortedMap<String, Long> read(String start, boolean inclusive, int limit) {
    SortedMap<String, Long> all = new TreeMap<>();
    Question question = new Question(settings.namespace(), Question.NEW, start, inclusive, limit);
    while (true) {
      Page page = client.ask(question, seen.get());
      all.putAll(page.counters());
      if (page.view() == Question.NEW || page.counters().isEmpty()) {
        return all;
      }
      question =
          new Question(settings.namespace(), page.view(), page.counters().lastKey(), false, limit);
    }
  }

  @Override
  public OptionalLong glance(String name) {
    Long value = read(name, true, 1).get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  @Override
  public int count() {
    return client.ask(new Question(settings.namespace(), Question.NEW, "", true, 0), 0).count();
  }

  /** Returns the locks that this client holds; of others it does not know. */
  @Override
  public SortedMap<String, HeldLock> locks() {
    return new TreeMap<>(Map.copyOf(ours));
  }

  @Override
  public String state() {
    return client.state();
  }

  @Override
  public void close() {
    listeners.remove(settings.namespace());
    ours.values().forEach(HeldLock::release);
  }
}
