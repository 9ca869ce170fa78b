package io.sharedcounter.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Brings one import into a table whose counters decide themselves, at one instant for all of them.
 * Confined to the thread that imports, but for those who wait for it.
 */
final class TableImport implements Import.Present {
  /*
   * How many counters change at one instant.
   *
   * 1. The table shows that an import runs. From then on a change that goes aside finds that out
   *    under the counter's monitor, and waits.
   * 2. Each counter concerned is put aside, under its monitor. A change that began earlier ends
   *    before that; one that comes later waits, so nothing puts the word on again. These counters
   *    now stand still, and reads, which do not wait, see what they are. A counter that is absent is
   *    put into the map first: whoever wants to create it meets it there.
   * 3. The plan is made. Nothing has changed yet: a refusal leaves everything as it was.
   * 4. isApplying is set: this is the instant. A read from here on (all these words are off) waits
   *    for the end. One that looked before may still return what the counter was at the instant.
   * 5. The counters get their values, the table shows no import any more, those who wait go on, and
   *    the words go on again.
   *
   * Nobody waits for the end while holding a monitor, and the import waits for nothing but
   * monitors, so it ends.
   */
  private final CounterTable table;
  private final ConcurrentMap<String, Counter> counters;
  private final Map<String, HeldLock> locks;
  private final AtomicInteger count;
  private final List<Counter> held = new ArrayList<>();
  private final Map<String, HeldLock> expired = new TreeMap<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean isApplying;

  /** Creates an import into {@code table}, of which the others are parts. */
  TableImport(
      CounterTable table,
      ConcurrentMap<String, Counter> counters,
      Map<String, HeldLock> locks,
      AtomicInteger count) {
    this.table = table;
    this.counters = counters;
    this.locks = locks;
    this.count = count;
  }

  /** Does the import, which the table shows meanwhile. */
  List<Imported> run(Import wanted) {
    if (wanted.mode() == Import.Mode.REPLACE) {
      counters.keySet().forEach(this::hold);
    }
    wanted.values().keySet().forEach(this::hold);
    int most = table.settings().maxCounters();
    List<Imported> changes = wanted.plan(this, most);
    takeRoom(changes, most);
    isApplying = true;
    Instant now = table.settings().clock().instant();
    changes.forEach(change -> apply(change, now));
    return changes;
  }

  /** Lets everybody go on, once the table does not show this any more. */
  void release() {
    end.countDown();
    for (Counter counter : held) {
      synchronized (counter) {
        CounterState state = counter.state();
        if (!state.exists() && !table.hasHandle(counter.name())) {
          counters.remove(counter.name(), counter);
        }
        counter.settle(state);
      }
    }
  }

  /** Waits until the import has ended; an interrupt stays for later. */
  void awaitEnd() {
    boolean interrupted = false;
    while (end.getCount() > 0) {
      try {
        end.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits where what is read could be half of the import. */
  void awaitWhole() {
    if (isApplying) {
      awaitEnd();
    }
  }

  /** Returns the locks whose end was found. */
  Map<String, HeldLock> expired() {
    return expired;
  }

  /** Makes the counter of that name, which it puts into the map if need be, stand still. */
  private void hold(String name) {
    Counter counter = counters.computeIfAbsent(name, absent -> new Counter(table, absent));
    while (true) {
      synchronized (counter) {
        Counter present = counters.putIfAbsent(name, counter);
        if (present == null || present == counter) {
          counter.state();
          held.add(counter);
          return;
        }
        counter = present;
      }
    }
  }

  private void takeRoom(List<Imported> changes, int most) {
    int more = 0;
    for (Imported change : changes) {
      more += (change.after().isPresent() ? 1 : 0) - (change.before().isPresent() ? 1 : 0);
    }
    int seen;
    do {
      seen = count.get();
      // A creation that went past before this import began may have taken the room since the plan.
      if (more > 0 && seen + more > most) {
        throw Refusals.tooMany((long) seen + more, most);
      }
    } while (!count.compareAndSet(seen, seen + more));
  }

  private void apply(Imported change, Instant now) {
    Counter counter = table.find(change.name());
    synchronized (counter) {
      CounterState state = counter.state();
      HeldLock ended = state.expire(now).orElse(null);
      if (ended != null) {
        locks.remove(change.name(), ended);
        ended.release();
        expired.put(change.name(), ended);
      }
      if (change.after().isPresent()) {
        state.create(change.after().getAsLong());
      } else {
        state.remove();
      }
    }
  }

  @Override
  public OptionalLong value(String name) {
    return table.find(name).peekAside();
  }

  @Override
  public Optional<HeldLock> lock(String name) {
    Instant now = table.settings().clock().instant();
    return Optional.ofNullable(locks.get(name)).filter(lock -> !lock.hasExpired(now));
  }

  @Override
  public void forEachName(Consumer<String> visitor) {
    for (Counter counter : held) {
      if (counter.peekAside().isPresent()) {
        visitor.accept(counter.name());
      }
    }
  }

  @Override
  public int count() {
    return count.get();
  }
}
