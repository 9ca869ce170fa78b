package io.sharedcounter.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A handle on one named 64-bit counter. Stays valid for ever: after {@link CounterRegistry#remove}
 * the next use creates the counter again, at zero. Every operation is atomic and takes effect at
 * one instant between call and return. Thread-safe.
 */
public final class Counter {
  /*
   * The atomic word.
   *
   * Almost always the word IS the value, and adding is one fetch-and-add whose return value tells
   * whether that was so. Everything else (a lock, a value too large, no counter, a closed
   * namespace, one that keeps its changes elsewhere) happens aside: under this object's monitor, in
   * a CounterState, while the word is "off" and says nothing but that.
   *
   *   two highest bits equal   -2^62 <= word < 2^62   ON    the word is the value
   *   two highest bits differ                         OFF   the value is aside
   *
   * Going off:   under the monitor, v = fetch-and-add(2^63). One step, whatever others do. The
   *              word was on, so v is exact; it flips the highest bit, so the word is off.
   * Going on:    under the monitor, compare-and-set(off, value), where off = v + 2^63. Tried after
   *              each change; where it fails the counter stays aside until the next.
   *
   * An adder may land on a word that is off. It sees so in what its fetch-and-add returned, takes
   * its number back at once, and goes aside. Until it has, the word differs from `off` by that
   * number. What is negative, or 2^31 and above, is never added blindly; so the sum of all that
   * have landed and not yet left is zero only when each of them is, and then there is nothing to
   * take back: the compare-and-set succeeds exactly then. Hence while the word is on it holds
   * nothing but the value, and every other operation may compare-and-set it without further
   * thought. An adder that can never take its number back, for want of stack, leaves a counter
   * that stays aside: slower, and as exact.
   *
   * An adder that finds the word past 2^61 puts the counter aside before it returns, so that each
   * thread adds to such a word at most once, and 2^62 is never reached: that, or carrying an off
   * word into the range of those that are on, would take 2^29 threads at once. Aside, the full 64
   * bits are exact; the word goes on again once the value is back under 2^60, the gap being there
   * so that a value near the edge does not go to and fro.
   *
   * Who replaces the word by compare-and-set has seen it on, and puts in a value within 2^61. A
   * sum within 2^61, of a word that is on, is exact: the two are less than 2^63 apart.
   */
  private static final long SOFT = 1L << 61;
  private static final long HOME = 1L << 60;
  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Counter.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final CounterTable table;
  private final String name;
  private volatile long word = Long.MIN_VALUE;
  private long off = Long.MIN_VALUE;
  private @Nullable CounterState aside;

  Counter(CounterTable table, String name) {
    this.table = table;
    this.name = name;
  }

  /** Returns the name of the counter. */
  public String name() {
    return name;
  }

  /**
   * Returns the value. Creates the counter at zero if it is absent.
   *
   * @throws IllegalStateException if the counter is absent and the namespace is full, or if the
   *     namespace is closed
   */
  public long get() {
    long seen = word;
    if (isOn(seen)) {
      return seen;
    }
    OptionalLong value = peek();
    return value.isPresent() ? value.getAsLong() : change(Operation.GET, 0).after();
  }

  /**
   * Returns the value, or empty if the counter is absent. Never creates it.
   *
   * @throws IllegalStateException if the namespace is closed
   */
  public OptionalLong peek() {
    long seen = word;
    return isOn(seen) ? OptionalLong.of(seen) : table.peek(this);
  }

  /**
   * Replaces the value by {@code value} and returns it. Creates the counter if it is absent.
   *
   * @throws CounterLockedException if somebody else held the lock during the whole wait; nothing
   *     has changed
   * @throws IllegalStateException if the namespace is full or closed; nothing has changed
   */
  public long set(long value) {
    replace(Operation.SET, value);
    return value;
  }

  /**
   * Replaces the value by {@code value} and returns the previous one. Creates the counter at zero
   * first if it is absent.
   *
   * @throws CounterLockedException if somebody else held the lock during the whole wait; nothing
   *     has changed
   * @throws IllegalStateException if the namespace is full or closed; nothing has changed
   */
  public long getSet(long value) {
    return replace(Operation.GET_SET, value);
  }

  /** Adds 1 and returns the new value; see {@link #increment(long)}. */
  public long increment() {
    return add(Operation.INCREMENT, 1) + 1;
  }

  /**
   * Adds {@code value}, which may be negative or 0, and returns the new value. Creates the counter
   * at zero first if it is absent. No concurrent change of this counter is lost or seen half done.
   *
   * @throws ArithmeticException if the sum leaves the 64-bit range; nothing has changed
   * @throws CounterLockedException if somebody else held the lock during the whole wait; nothing
   *     has changed
   * @throws IllegalStateException if the namespace is full or closed; nothing has changed
   */
  public long increment(long value) {
    return add(Operation.INCREMENT, value) + value;
  }

  /** Adds 1 and returns the previous value; see {@link #getIncrement(long)}. */
  public long getIncrement() {
    return add(Operation.GET_INCREMENT, 1);
  }

  /**
   * Adds {@code value}, which may be negative or 0, and returns the previous value; the rest is as
   * for {@link #increment(long)}.
   */
  public long getIncrement(long value) {
    return add(Operation.GET_INCREMENT, value);
  }

  /**
   * Replaces the value by {@code value} if it is {@code expected}, and returns whether it was.
   * Creates the counter at zero first if it is absent, also when it then returns false.
   *
   * @throws CounterLockedException if somebody else held the lock during the whole wait; nothing
   *     has changed
   * @throws IllegalStateException if the namespace is full or closed; nothing has changed
   */
  public boolean compareAndSet(long expected, long value) {
    if (isSoft(expected) && isSoft(value)) {
      long witness = (long) WORD.compareAndExchange(this, expected, value);
      if (witness == expected) {
        return true;
      }
      if (isOn(witness)) {
        return false;
      }
    }
    Change change = Change.compareAndSet(expected, value, Change.APP);
    return table.change(this, name, change, true).outcome() == Reply.Outcome.DONE;
  }

  /**
   * Locks the counter for 30 seconds; see {@link CounterRegistry#lockCounter(String,
   * java.time.Duration)}.
   */
  public CounterLock lock() {
    return new CounterLock(this, Change.DEFAULT_LEASE);
  }

  private long replace(Operation operation, long value) {
    while (isSoft(value)) {
      long seen = word;
      if (!isOn(seen)) {
        break;
      }
      if (WORD.compareAndSet(this, seen, value)) {
        return seen;
      }
      Thread.onSpinWait();
    }
    return change(operation, value).before();
  }

  /** Adds and returns the previous value. */
  private long add(Operation operation, long value) {
    if (value >>> 31 == 0) {
      long before = (long) WORD.getAndAdd(this, value);
      if (isSoft(before)) {
        return before;
      }
      if (isOn(before)) {
        leaveWord();
        return before;
      }
      WORD.getAndAdd(this, -value);
      return change(operation, value).before();
    }
    return addByCompareAndSet(operation, value);
  }

  private long addByCompareAndSet(Operation operation, long value) {
    while (true) {
      long seen = word;
      long sum = seen + value;
      if (!isOn(seen) || !isSoft(sum)) {
        return change(operation, value).before();
      }
      if (WORD.compareAndSet(this, seen, sum)) {
        return seen;
      }
      Thread.onSpinWait();
    }
  }

  private Reply change(Operation operation, long argument) {
    return table.change(this, name, Change.of(operation, argument, Change.APP), true);
  }

  Reply change(Change change, boolean waits) {
    return table.change(this, name, change, waits);
  }

  CounterTable table() {
    return table;
  }

  /* --------------- Aside: callers hold this object's monitor --------------- */

  /** Puts the counter aside if it is not, and returns its state. */
  CounterState state() {
    CounterState state = aside;
    if (state == null) {
      state = new CounterState();
      aside = state;
      if (isOn(word)) {
        long value = (long) WORD.getAndAdd(this, Long.MIN_VALUE);
        off = value + Long.MIN_VALUE;
        state.create(value);
      }
    }
    return state;
  }

  /**
   * Puts the value of its state back into the word if it belongs there and no adder is in the way;
   * never once the table is closed.
   */
  void settle(CounterState state) {
    if (state.exists()
        && !state.isLocked()
        && isHome(state.value())
        && !table.isClosed()
        && WORD.compareAndSet(this, off, state.value())) {
      aside = null;
    }
  }

  synchronized void leaveWord() {
    state();
  }

  /** Returns the value if the counter exists, whether it is aside or not. */
  synchronized OptionalLong peekAside() {
    CounterState state = aside;
    if (state != null) {
      return state.exists() ? OptionalLong.of(state.value()) : OptionalLong.empty();
    }
    long seen = word;
    return isOn(seen) ? OptionalLong.of(seen) : OptionalLong.empty();
  }

  private static boolean isOn(long word) {
    return (word ^ (word << 1)) >= 0;
  }

  private static boolean isSoft(long value) {
    return (value + SOFT) >>> 62 == 0;
  }

  private static boolean isHome(long value) {
    return -HOME <= value && value < HOME;
  }
}
