package io.sharedcounter.archive;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The counters that a file held when it was opened, as text, to be found by name: a million objects
 * take longer to make than to read, and most counters of a large file are not changed soon.
 *
 * <p>A {@link CounterLine} each, many to a piece. A table of open addressing with linear probing,
 * at most half full, leads to them: a slot is 0, or has 20 bits of the hash of the name, 20 of the
 * number of the piece, and in 24 where the line begins, from 1 on. Thread-safe while counters are
 * added, immutable after.
 */
final class PackedCounters {
  /** The most lines of a piece. */
  static final int PIECE = 1 << 12;

  private static final int PLACE_BITS = 24;
  private static final int NUMBER_BITS = 20;
  private static final int CHECK = PLACE_BITS + NUMBER_BITS;

  private final byte[][] pieces;
  private final AtomicLongArray slots;
  private final int most;
  private final AtomicInteger lines = new AtomicInteger();
  private final AtomicInteger used = new AtomicInteger();
  private final AtomicInteger existing = new AtomicInteger();
  private final AtomicLong highestId = new AtomicLong();
  private final AtomicLong last = new AtomicLong();
  private final AtomicLong digest = new AtomicLong();

  /**
   * Creates an empty one.
   *
   * @param most how many counters will be added at most
   * @param adders by how many threads, each of which adds at most one piece that is not full
   */
  PackedCounters(int most, int adders) {
    this.most = most;
    pieces = new byte[most / PIECE + adders][];
    slots = new AtomicLongArray(4 * Integer.highestOneBit(Math.max(1, most)));
  }

  /** Returns how many counters exist; the others were removed. */
  int existing() {
    return existing.get();
  }

  /** Returns the highest number of a counter, 0 if there is none. */
  long highestId() {
    return highestId.get();
  }

  /** Returns the latest transaction of any, 0 if there is none. */
  long last() {
    return last.get();
  }

  /** Returns the sum of {@link CounterRow#digest}. */
  long digest() {
    return digest.get();
  }

  /**
   * Adds the counters of a piece.
   *
   * @param count how many there are
   * @throws IllegalArgumentException if it is not of so many lines, a name is there twice, or there
   *     are more than was said
   */
  void add(byte[] piece, int count) {
    // Before they are entered, as who looks for a free slot in a full table never ends.
    if (lines.addAndGet(count) > most) {
      throw new IllegalArgumentException("there are more counters than their numbers allow");
    }
    int number = used.getAndIncrement();
    pieces[number] = piece;
    int values = 0;
    long highest = 0;
    long latest = 0;
    long sum = 0;
    int left = count;
    CounterLine line = new CounterLine(piece, 0);
    while (line.next()) {
      if (left-- == 0) {
        throw new IllegalArgumentException("a name goes over lines");
      }
      line.sum();
      enter(line, number);
      values += line.isAbsent() ? 0 : 1;
      highest = Math.max(highest, line.id());
      latest = Math.max(latest, line.last());
      sum += line.digest();
    }
    existing.addAndGet(values);
    highestId.accumulateAndGet(highest, Math::max);
    last.accumulateAndGet(latest, Math::max);
    digest.addAndGet(sum);
  }

  private void enter(CounterLine line, int number) {
    int place = line.start() + 1;
    if (place >>> PLACE_BITS != 0) {
      throw new IllegalArgumentException("a name is too long");
    }
    int hash = line.hash();
    long slot = check(hash) | ((long) number << PLACE_BITS) | place;
    int at = home(hash);
    while (!slots.compareAndSet(at, 0, slot)) {
      if (check(slots.get(at)) == check(hash) && line(slots.get(at)).name().equals(line.name())) {
        throw new IllegalArgumentException("counter '" + line.name() + "' is there twice");
      }
      at = next(at);
    }
  }

  /** Returns the counter of that name, or null if there is none. */
  @Nullable CounterRow find(String name) {
    int hash = name.hashCode();
    int at = home(hash);
    for (long slot = slots.get(at); slot != 0; slot = slots.get(at)) {
      if (check(slot) == check(hash)) {
        CounterRow row = line(slot).row();
        if (row.name().equals(name)) {
          return row;
        }
      }
      at = next(at);
    }
    return null;
  }

  /** Shows all counters, also those that were removed. */
  void forEach(Consumer<CounterRow> visitor) {
    for (int i = 0; i < used.get(); i++) {
      CounterLine line = new CounterLine(pieces[i], 0);
      while (line.next()) {
        visitor.accept(line.row());
      }
    }
  }

  private CounterLine line(long slot) {
    byte[] piece = pieces[(int) (slot >>> PLACE_BITS) & ((1 << NUMBER_BITS) - 1)];
    CounterLine line = new CounterLine(piece, (int) (slot & ((1 << PLACE_BITS) - 1)) - 1);
    line.next();
    return line;
  }

  private static long check(int hash) {
    return (long) hash << CHECK;
  }

  private static long check(long slot) {
    return slot >>> CHECK << CHECK;
  }

  private int home(int hash) {
    // String's hash leaves names that differ in their last letters side by side, in long runs.
    return ((hash * 0x9e3779b9) >>> 7) & (slots.length() - 1);
  }

  private int next(int at) {
    return (at + 1) & (slots.length() - 1);
  }
}
