package io.sharedcounter.core;

import io.sharedcounter.core.Reply.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one namespace, and the slow path of their operations: creation, removal, locks,
 * values aside.
 *
 * <p>A counter that exists is in the map, exactly once. One that was removed leaves the map unless
 * somebody was given a handle on it; a handle that meanwhile fell out of the map puts itself back,
 * or passes its calls on to the counter that took its place. Thread-safe.
 */
final class CounterTable {
  private final CounterSettings settings;
  private final ConcurrentHashMap<String, Counter> counters = new ConcurrentHashMap<>();
  private final Set<String> handles = ConcurrentHashMap.newKeySet();
  private final ConcurrentNavigableMap<String, HeldLock> locks = new ConcurrentSkipListMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final NameIndex names =
      new NameIndex(show -> forEach((name, value) -> show.accept(name)), this::count);
  private final @Nullable Ledger ledger;
  private volatile RegistryListener listener = RegistryListener.NONE;
  private volatile @Nullable TableImport importing;
  private volatile boolean closed;

  /**
   * Creates an empty table.
   *
   * @param ledger decides for the counters, or null if they decide themselves
   */
  CounterTable(CounterSettings settings, @Nullable Ledger ledger) {
    this.settings = settings;
    this.ledger = ledger;
    if (ledger != null) {
      ledger.start(new LedgerWitness(this));
    }
  }

  CounterSettings settings() {
    return settings;
  }

  void listener(RegistryListener newListener) {
    listener = newListener;
  }

  int count() {
    ensureOpen();
    return ledger != null ? ledger.count() : count.get();
  }

  /** Shows every counter and its value, in no order. */
  void forEach(ObjLongConsumer<String> visitor) {
    ensureOpen();
    if (ledger != null) {
      ledger.forEach(visitor);
      return;
    }
    for (Counter counter : counters.values()) {
      OptionalLong value = counter.peek();
      if (value.isPresent()) {
        visitor.accept(counter.name(), value.getAsLong());
      }
    }
  }

  /** Makes what this process knows current; see {@link Ledger#catchUp}. */
  void catchUp() {
    ensureOpen();
    if (ledger != null) {
      ledger.catchUp();
    }
  }

  /** Returns a sorted piece of the counters where the ledger has one; see {@link Ledger#range}. */
  Optional<SortedMap<String, Long>> range(String start, boolean inclusive, int limit) {
    ensureOpen();
    return ledger == null ? Optional.empty() : ledger.range(start, inclusive, limit);
  }

  /** Returns the names from {@code start} on, in order, and some that are gone. */
  Iterator<String> namesFrom(String start, boolean inclusive) {
    ensureOpen();
    return names.from(start, inclusive);
  }

  /** Hears from the ledger that a counter came into being or is gone. */
  void existenceChanged(String name) {
    names.add(name);
    listener.existenceChanged(find(name));
  }

  SortedMap<String, HeldLock> locks() {
    ensureOpen();
    return ledger != null ? ledger.locks() : locks;
  }

  String state() {
    return ledger != null ? ledger.state() : Ledger.OK;
  }

  RegistryListener listener() {
    return listener;
  }

  /** Returns the counters by name, for the fast paths to read. */
  ConcurrentHashMap<String, Counter> counters() {
    return counters;
  }

  /** Returns the counter of that name for one operation. */
  Counter find(String name) {
    Counter counter = counters.get(name);
    return counter != null ? counter : new Counter(this, Names.checkCounter(name));
  }

  /** Returns the counter of that name for keeps. */
  Counter handle(String name) {
    ensureOpen();
    Counter counter = counters.get(name);
    if (counter == null) {
      Names.checkCounter(name);
    }
    handles.add(name);
    return counters.computeIfAbsent(name, absent -> new Counter(this, absent));
  }

  OptionalLong glance(Counter counter) {
    ensureOpen();
    return ledger != null ? ledger.glance(counter.name()) : counter.peek();
  }

  OptionalLong peek(Counter counter) {
    ensureOpen();
    if (ledger != null) {
      return ledger.peek(counter.name());
    }
    TableImport running = importing;
    if (running != null) {
      running.awaitWhole();
    }
    OptionalLong value = counter.peekAside();
    if (value.isPresent()) {
      return value;
    }
    Counter present = counters.get(counter.name());
    return present != null && present != counter ? present.peekAside() : value;
  }

  /**
   * Applies a change, after waiting for somebody else's lock if {@code waits}.
   *
   * <p>In one piece, since the compiler never inlines more than 325 bytecodes: however much of this
   * is hot, callers stay small enough to be inlined themselves, as the fast paths must be.
   *
   * @param known the counter, or null if there was none of that name
   * @throws RuntimeException as the contract says for each refusal; nothing has changed then
   */
  Reply change(@Nullable Counter known, String name, Change change, boolean waits) {
    Counter counter = known != null ? known : new Counter(this, Names.checkCounter(name));
    long wait = waits ? settings.lockWait().toNanos() : 0;
    long start = System.nanoTime();
    while (true) {
      Reply reply;
      if (ledger != null) {
        reply = change(ledger, counter, change);
      } else {
        HeldLock expired;
        TableImport running = importing;
        if (running != null) {
          running.awaitEnd();
        }
        synchronized (counter) {
          ensureOpen();
          if (importing != null) {
            continue;
          }
          CounterState state = counter.state();
          Counter present = state.exists() ? counter : place(counter);
          if (present != counter) {
            counter = present;
            continue;
          }
          Instant now = settings.clock().instant();
          expired = state.expire(now).orElse(null);
          if (expired != null) {
            locks.remove(counter.name(), expired);
            expired.release();
          }
          reply = apply(counter, state, change, now);
        }
        if (reply.created()) {
          names.add(counter.name());
        }
        tell(counter, change, expired, reply);
      }
      HeldLock lock = reply.lock();
      if (reply.outcome() != Outcome.LOCKED || lock == null) {
        return Refusals.check(reply, counter, change);
      }
      long rest = wait - (System.nanoTime() - start);
      if (rest <= 0 || lock.isHeldBy(Thread.currentThread())) {
        return Refusals.check(reply, counter, change);
      }
      await(counter, lock, rest);
    }
  }

  private void await(Counter counter, HeldLock lock, long nanos) {
    Duration lease = Duration.between(settings.clock().instant(), lock.until());
    try {
      lock.awaitRelease(Math.min(nanos, lease.toNanos()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusals.interrupted(counter, lock);
    }
  }

  private Reply change(Ledger keeper, Counter counter, Change change) {
    ensureOpen();
    return keeper.change(counter.name(), change);
  }

  /**
   * Puts an absent counter into the map, for the change that may create it; returns who is there.
   */
  private Counter place(Counter counter) {
    Counter present = counters.putIfAbsent(counter.name(), counter);
    return present == null ? counter : present;
  }

  private Reply apply(Counter counter, CounterState state, Change change, Instant now) {
    boolean existed = state.exists();
    boolean hasRoom = existed || !change.creates() || takeRoom();
    Reply reply = state.apply(change, now, Holder.calling(change.origin()), hasRoom);
    HeldLock lock = reply.lock();
    if (change.operation() == Operation.LOCK && lock != null) {
      locks.putIfAbsent(counter.name(), lock);
    } else if (!state.isLocked() && lock != null) {
      locks.remove(counter.name(), lock);
      lock.release();
    }
    if (existed && !state.exists()) {
      count.decrementAndGet();
    }
    if (!state.exists() && !handles.contains(counter.name())) {
      counters.remove(counter.name(), counter);
    }
    counter.settle(state);
    return reply;
  }

  private boolean takeRoom() {
    int seen;
    do {
      seen = count.get();
      if (seen >= settings.maxCounters()) {
        return false;
      }
    } while (!count.compareAndSet(seen, seen + 1));
    return true;
  }

  private void tell(Counter counter, Change change, @Nullable HeldLock expired, Reply reply) {
    RegistryListener told = listener;
    if (told == RegistryListener.NONE) {
      return;
    }
    if (expired != null) {
      told.unlocked(counter, expired);
    }
    boolean done = reply.outcome() == Outcome.DONE;
    if (reply.created() || (done && change.operation() == Operation.REMOVE)) {
      told.existenceChanged(counter);
    }
    HeldLock lock = reply.lock();
    if (done && lock != null) {
      if (change.operation() == Operation.LOCK) {
        told.locked(counter, lock);
      } else if (change.operation() != Operation.RENEW) {
        told.unlocked(counter, lock);
      }
    }
  }

  /**
   * Brings an import in, at one instant for all counters, and returns how many it changed.
   *
   * @throws RuntimeException for each refusal as {@link Import#plan} says; nothing has changed then
   */
  int importAll(Import wanted) {
    ensureOpen();
    return ledger != null ? ledger.importAll(wanted) : importNow(wanted);
  }

  Copy copy() {
    ensureOpen();
    if (ledger != null) {
      return ledger.copy();
    }
    NavigableMap<String, Long> all = new TreeMap<>();
    // Against imports, of which it must not see half.
    synchronized (this) {
      forEach(all::put);
    }
    return new Copy(0, all);
  }

  private int importNow(Import wanted) {
    TableImport running = new TableImport(this, counters, locks, count);
    List<Imported> changes;
    synchronized (this) {
      ensureOpen();
      importing = running;
      try {
        changes = running.run(wanted);
      } finally {
        importing = null;
        running.release();
      }
    }
    running.expired().forEach((name, lock) -> listener.unlocked(find(name), lock));
    for (Imported change : changes) {
      if (change.changesExistence()) {
        existenceChanged(change.name());
      }
    }
    RegistryListener told = listener;
    if (told != RegistryListener.NONE) {
      changes.forEach(change -> told.imported(find(change.name()), change));
    }
    return changes.size();
  }

  boolean hasHandle(String name) {
    return handles.contains(name);
  }

  boolean isClosed() {
    return closed;
  }

  private void ensureOpen() {
    if (closed) {
      throw new NotAppliedException(
          "Not applied: namespace '" + settings.namespace() + "' is closed");
    }
  }

  /** Refuses every operation from now on; one under way ends first. */
  synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (Counter counter : counters.values()) {
      counter.leaveWord();
    }
    locks.values().forEach(HeldLock::release);
    if (ledger != null) {
      ledger.close();
    }
  }
}
