package io.sharedcounter.cluster;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.CounterState;
import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.Imported;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Reply;
import io.sharedcounter.core.Reply.Outcome;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The counters and locks of one replicated namespace. What an operation means is {@link
 * CounterState#apply}, as everywhere. Confined to whoever applies the log.
 */
final class NamespaceState {
  private final NavigableMap<String, CounterState> counters = new TreeMap<>();
  private final SortedMap<String, Lease> leases = new TreeMap<>();

  /**
   * When a lock's lease began, and how long it is. The index makes each lease of a lock different
   * from the one before a renewal; the length lets every leader measure it with its own clock.
   * Immutable.
   */
  record Lease(long index, long millis) {}

  NavigableMap<String, CounterState> counters() {
    return counters;
  }

  /** Returns a copy of at most {@code limit} counters from {@code start} on. */
  SortedMap<String, Long> range(String start, boolean inclusive, int limit) {
    SortedMap<String, Long> copy = new TreeMap<>();
    for (var counter : counters.tailMap(start, inclusive).entrySet()) {
      if (copy.size() == limit) {
        break;
      }
      copy.put(counter.getKey(), counter.getValue().value());
    }
    return copy;
  }

  SortedMap<String, Lease> leases() {
    return leases;
  }

  /** Applies one request and returns what became of it. */
  Reply apply(Request request, long index, Instant at, BiFunction<String, String, Holder> holder) {
    Optional<Operation> operation = request.code().operation();
    if (operation.isPresent()) {
      return apply(request, request.change(operation.get()), index, at, holder);
    }
    CounterState state = counters.get(request.name());
    return switch (request.code()) {
      case PEEK -> {
        long value = state == null ? 0 : state.value();
        Outcome outcome = state == null ? Outcome.MISSING : Outcome.DONE;
        yield new Reply(outcome, value, value, false, null);
      }
      case BARRIER -> new Reply(Outcome.DONE, 0, 0, false, null);
      case EXPIRE -> {
        Lease lease = leases.get(request.name());
        if (lease == null || lease.index() != request.argument()) {
          yield new Reply(Outcome.NOT_LOCKED, 0, 0, false, null);
        }
        yield apply(request, request.change(Operation.UNLOCK), index, at, holder);
      }
      default -> throw new UnknownFormatException("request " + request.code());
    };
  }

  private Reply apply(
      Request request,
      Change change,
      long index,
      Instant at,
      BiFunction<String, String, Holder> holder) {
    String name = request.name();
    CounterState known = counters.get(name);
    CounterState state = known == null ? new CounterState() : known;
    boolean mayCreate = counters.size() < request.maxCounters();
    Holder owner = holder.apply(request.token(), request.holder());
    Reply reply = state.apply(change, at, owner, mayCreate);
    if (known == null && state.exists()) {
      counters.put(name, state);
    } else if (known != null && !state.exists()) {
      counters.remove(name);
    }
    follow(change, name, index, reply);
    return reply;
  }

  private void follow(Change change, String name, long index, Reply reply) {
    HeldLock lock = reply.lock();
    if (reply.outcome() != Outcome.DONE || lock == null) {
      return;
    }
    switch (change.operation()) {
      case LOCK, RENEW -> leases.put(name, new Lease(index, change.argument()));
      case REMOVE, UNLOCK, BREAK_LOCK -> {
        leases.remove(name);
        lock.release();
      }
      default -> {}
    }
  }

  /**
   * Brings an import in, all or nothing, and returns what it changed.
   *
   * @throws ArithmeticException if a sum leaves the 64-bit range
   * @throws IllegalStateException if a lock or the limit of counters is in the way
   */
  List<Imported> bring(Request request) {
    List<Imported> changes =
        Import.plan(
            request.values(),
            ImportCode.mode(request.argument()),
            new Meeting(counters),
            request.maxCounters());
    for (Imported change : changes) {
      if (change.after().isPresent()) {
        counters
            .computeIfAbsent(change.name(), absent -> new CounterState())
            .create(change.after().getAsLong());
      } else {
        counters.remove(change.name());
      }
    }
    return changes;
  }

  /** What an import meets; a lock is held until an entry ends it. */
  private record Meeting(NavigableMap<String, CounterState> counters) implements Import.Present {
    @Override
    public OptionalLong value(String name) {
      CounterState counter = counters.get(name);
      return counter == null ? OptionalLong.empty() : OptionalLong.of(counter.value());
    }

    @Override
    public Optional<HeldLock> lock(String name) {
      CounterState counter = counters.get(name);
      return counter == null ? Optional.empty() : counter.lock();
    }

    @Override
    public void forEachName(Consumer<String> visitor) {
      counters.keySet().forEach(visitor);
    }

    @Override
    public int count() {
      return counters.size();
    }
  }

  /**
   * Puts back the counters of a snapshot, into an empty state.
   *
   * @throws IllegalArgumentException if they are not sorted
   */
  void restore(DataInputStream snapshot, int size) throws IOException {
    RestoredCounters.read(snapshot, size, counters);
  }

  /** Puts back a lock from a snapshot, by the change that took it. */
  void restoreLock(String name, HeldLock lock, Lease lease) {
    CounterState state = counters.get(name);
    if (state == null) {
      throw new UnknownFormatException("snapshot with a lock of no counter");
    }
    long begin = lock.until().toEpochMilli() - lease.millis();
    Change change = new Change(Operation.LOCK, lease.millis(), 0, lock.token(), "");
    state.apply(change, Instant.ofEpochMilli(begin), new Holder(lock.holder(), null), true);
    leases.put(name, lease);
  }

  /** Wakes all who wait for a lock: this state is about to be replaced. */
  void releaseAll() {
    for (String name : leases.keySet()) {
      CounterState counter = counters.get(name);
      if (counter != null) {
        counter.lock().ifPresent(HeldLock::release);
      }
    }
  }
}
