package io.sharedcounter.core;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjLongConsumer;

/**
 * The counters of one namespace, by name.
 *
 * <p>Every operation on one counter is atomic and takes effect at one instant between call and
 * return. All 2<sup>64</sup> values are legal. An operation that throws has changed nothing, unless
 * it throws {@link OutcomeUnknownException}.
 *
 * <p>A name has 1 to 255 UTF-8 bytes, no white space at its ends, no control characters, lone
 * surrogates, bidirectional controls, line or paragraph separators; else {@link
 * IllegalArgumentException}. A change waits for somebody else's lock, at most for the namespace's
 * lock-wait, then throws {@link CounterLockedException}; interrupted while waiting it throws the
 * same, the interrupt flag set. A change that would create one counter too many throws {@link
 * IllegalStateException}, as does everything after the namespace was closed. Thread-safe.
 */
public final class CounterRegistry {
  /** The largest number of counters on one page of {@link #findCounters}. */
  public static final int MAX_PAGE = 10_000;

  private final CounterTable table;
  private final ConcurrentHashMap<String, Counter> counters;

  /** Creates an empty registry, whose counters live in memory. */
  public CounterRegistry(CounterSettings settings) {
    this(new CounterTable(settings, null));
  }

  /** Creates a registry of the counters that {@code ledger} keeps, and starts the ledger. */
  public CounterRegistry(CounterSettings settings, Ledger ledger) {
    this(new CounterTable(settings, ledger));
  }

  private CounterRegistry(CounterTable table) {
    this.table = table;
    counters = table.counters();
  }

  /** Returns the name of the namespace. */
  public String namespace() {
    return table.settings().namespace();
  }

  /**
   * Returns a handle on the counter, for the hot path. Does not create the counter: its first use
   * does. The name is remembered until the namespace is closed, also when the counter is removed.
   */
  public Counter counter(String name) {
    return table.handle(name);
  }

  /** Returns the value of the counter. Creates it at zero if it is absent. */
  public long get(String name) {
    Counter counter = counters.get(name);
    return counter != null ? counter.get() : table.find(name).get();
  }

  /** Returns the value of the counter, or empty if it is absent. Never creates it. */
  public OptionalLong peek(String name) {
    Counter counter = counters.get(name);
    return counter != null ? counter.peek() : table.find(name).peek();
  }

  /**
   * Returns the value as this process last knew it, or empty: what {@link #peek} returns, except in
   * a replicated namespace, where it may be old but costs nothing. For charts, not for decisions.
   */
  public OptionalLong glance(String name) {
    return table.glance(table.find(name));
  }

  /** Replaces the value by {@code value} and returns it. Creates the counter if it is absent. */
  public long set(String name, long value) {
    Counter counter = counters.get(name);
    return counter != null ? counter.set(value) : absent(name, Operation.SET, value).after();
  }

  /**
   * Replaces the value by {@code value} and returns the previous one. Creates the counter at zero
   * first if it is absent.
   */
  public long getSet(String name, long value) {
    Counter counter = counters.get(name);
    return counter != null
        ? counter.getSet(value)
        : absent(name, Operation.GET_SET, value).before();
  }

  /** Adds 1 and returns the new value; see {@link #increment(String, long)}. */
  public long increment(String name) {
    Counter counter = counters.get(name);
    return counter != null
        ? counter.increment()
        : absent(name, Operation.INCREMENT, 1).before() + 1;
  }

  /**
   * Adds {@code value}, which may be negative or 0, and returns the new value. Creates the counter
   * at zero first if it is absent.
   *
   * @throws ArithmeticException if the sum leaves the 64-bit range; nothing has changed
   */
  public long increment(String name, long value) {
    Counter counter = counters.get(name);
    return counter != null
        ? counter.increment(value)
        : absent(name, Operation.INCREMENT, value).before() + value;
  }

  /** Adds 1 and returns the previous value; see {@link #getIncrement(String, long)}. */
  public long getIncrement(String name) {
    Counter counter = counters.get(name);
    return counter != null
        ? counter.getIncrement()
        : absent(name, Operation.GET_INCREMENT, 1).before();
  }

  /**
   * Adds {@code value}, which may be negative or 0, and returns the previous value. Creates the
   * counter at zero first if it is absent.
   *
   * @throws ArithmeticException if the sum leaves the 64-bit range; nothing has changed
   */
  public long getIncrement(String name, long value) {
    Counter counter = counters.get(name);
    return counter != null
        ? counter.getIncrement(value)
        : absent(name, Operation.GET_INCREMENT, value).before();
  }

  // Past the atomic word, which has nothing to say yet.
  private Reply absent(String name, Operation operation, long value) {
    return table.change(null, name, Change.of(operation, value, Change.APP), true);
  }

  /**
   * Replaces the value by {@code value} if it is {@code expected}, and returns whether it was.
   * Creates the counter at zero first if it is absent, also when it then returns false.
   */
  public boolean compareAndSet(String name, long expected, long value) {
    return table.find(name).compareAndSet(expected, value);
  }

  /**
   * Removes the counter and returns its last value. Handles stay valid: their next use creates it
   * again, at zero.
   *
   * @throws CounterDoesntExistException if there is none
   */
  public long remove(String name) {
    return table.find(name).change(Change.of(Operation.REMOVE, 0, Change.APP), true).before();
  }

  /**
   * Returns a copy of all counters, name to value, sorted by name. Each value is current when it is
   * read; they are not of one instant.
   */
  public Map<String, Long> getAllCounters() {
    NavigableMap<String, Long> all = new TreeMap<>();
    table.catchUp();
    table.forEach(all::put);
    return all;
  }

  /**
   * Returns a page of the counters whose names match a glob. Costs what it looks at: the names that
   * begin as the pattern does up to its first {@code *} or {@code ?}, until the page is full.
   *
   * @param pattern {@code *} stands for any run, {@code ?} for any one character, {@code \}
   *     escapes; empty means all
   * @param after the name behind which the page starts; empty means at the beginning
   * @param limit how many counters at most, 1 to 10,000
   * @throws IllegalArgumentException if the pattern ends in a lone {@code \}, or the limit is out
   *     of range
   */
  public CounterPage findCounters(String pattern, String after, int limit) {
    checkLimit(limit);
    NamePattern glob = new NamePattern(pattern);
    table.catchUp();
    return page(glob, after, limit);
  }

  /**
   * Returns a page of all counters as this process last knew them: what {@link #findCounters}
   * returns, except in a replicated namespace, where they may be old but cost nothing. For consoles
   * that poll.
   *
   * @param after the name behind which the page starts; empty means at the beginning
   * @param limit how many counters at most, 1 to 10,000
   * @throws IllegalArgumentException if the limit is out of range
   */
  public CounterPage glanceCounters(String after, int limit) {
    checkLimit(limit);
    return page(new NamePattern(""), after, limit);
  }

  private static void checkLimit(int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("limit " + limit + " is not allowed; use 1 to 10000");
    }
  }

  private CounterPage page(NamePattern glob, String after, int limit) {
    String prefix = glob.prefix();
    boolean startsAtPrefix = after.compareTo(prefix) < 0;
    String start = startsAtPrefix ? prefix : after;
    Listing names = Listing.of(table, start, startsAtPrefix);
    Map<String, Long> page = new LinkedHashMap<>();
    String last = "";
    while (names.hasNext()) {
      String name = names.next();
      if (!name.startsWith(prefix)) {
        break;
      }
      OptionalLong value = glob.matches(name) ? names.value(name) : OptionalLong.empty();
      if (value.isPresent()) {
        if (page.size() == limit) {
          return new CounterPage(page, Optional.of(last));
        }
        page.put(name, value.getAsLong());
        last = name;
      }
    }
    return new CounterPage(page, Optional.empty());
  }

  /** Locks the counter for 30 seconds; see {@link #lockCounter(String, Duration)}. */
  public CounterLock lockCounter(String name) {
    return table.find(name).lock();
  }

  /**
   * Locks the counter: until the lock is closed or the lease ends, only its holder can change the
   * counter. Creates the counter at zero if it is absent.
   *
   * @param lease how long at most, up to 10 minutes; zero means 30 seconds
   * @throws IllegalArgumentException if the lease is out of range
   */
  public CounterLock lockCounter(String name, Duration lease) {
    return new CounterLock(table.find(name), lease);
  }

  /**
   * Releases the lock with that token.
   *
   * @throws CounterDoesntExistException if there is no such counter
   * @throws CounterLockedException if somebody holds the lock under another token
   * @throws IllegalStateException if the counter is not locked
   */
  public void unlockCounter(String name, String token) {
    apply(name, Change.of(Operation.UNLOCK, 0, Change.APP).under(token));
  }

  /** Returns how many counters there are. */
  public int count() {
    return table.count();
  }

  /** Returns {@code OK}, or why the namespace refuses changes. */
  public String state() {
    return table.state();
  }

  /** Returns the locks that are held now, by counter, sorted by name. */
  public SortedMap<String, HeldLock> locks() {
    Instant now = table.settings().clock().instant();
    SortedMap<String, HeldLock> held = new TreeMap<>();
    // Not by TreeMap's constructor: that trusts size(), and locks come and go meanwhile.
    table
        .locks()
        .forEach(
            (name, lock) -> {
              if (!lock.hasExpired(now)) {
                held.put(name, lock);
              }
            });
    return held;
  }

  /* --------------- For the faces, which act for somebody else --------------- */

  /**
   * Applies a change on behalf of its origin and tells what it did. Never waits for a lock.
   *
   * @throws RuntimeException for each refusal as the operation of that name does
   */
  public Reply apply(String name, Change change) {
    return table.find(name).change(change, false);
  }

  /**
   * Brings an import in, all or nothing, and returns how many counters it changed. Takes effect at
   * one instant for all counters: whoever has read the new value of one finds no old value of
   * another.
   *
   * @throws CounterLockedException if a counter that would change is locked; nothing has changed
   * @throws ArithmeticException if a sum leaves the 64-bit range; nothing has changed
   * @throws IllegalStateException if there would be too many counters, or the namespace is closed
   *     or the import too large for a replicated one; nothing has changed
   * @throws OutcomeUnknownException if it may have been applied, as a whole
   */
  public int importAll(Import wanted) {
    return table.importAll(wanted);
  }

  /** Returns what {@link #importAll} would change now, or throws as that would. Changes nothing. */
  public List<Imported> checkImport(Import wanted) {
    return CopyImport.plan(wanted, copy(), locks(), table.settings().maxCounters());
  }

  /**
   * Returns all counters, never half an import. Of a namespace that lives in memory each value is
   * current when it is read; otherwise all are of one instant.
   */
  public Copy copy() {
    return table.copy();
  }

  /**
   * Shows every counter and its value as this process last knew it, in no order and without sorting
   * them; only in a replicated namespace may it be old.
   */
  public void forEach(ObjLongConsumer<String> visitor) {
    table.forEach(visitor);
  }

  /** Lets {@code listener} hear of everything from now on, instead of the one before. */
  public void listener(RegistryListener listener) {
    table.listener(listener);
  }

  /** Refuses every operation from now on; an operation under way ends first. */
  public void close() {
    table.close();
  }
}
