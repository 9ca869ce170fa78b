package io.sharedcounter.core;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The counters of a table from a name on, in order: piece by piece from a ledger that keeps them
 * sorted, else by the index of names. Confined to one thread.
 */
final class Listing implements Iterator<String> {
  private static final int PIECE = 1_000;

  private final CounterTable table;
  private final @Nullable Iterator<String> index;
  private SortedMap<String, Long> piece;
  private Iterator<String> inPiece;

  private Listing(
      CounterTable table, @Nullable Iterator<String> index, SortedMap<String, Long> piece) {
    this.table = table;
    this.index = index;
    this.piece = piece;
    this.inPiece = piece.keySet().iterator();
  }

  static Listing of(CounterTable table, String start, boolean inclusive) {
    Optional<SortedMap<String, Long>> first = table.range(start, inclusive, PIECE);
    return first.isPresent()
        ? new Listing(table, null, first.get())
        : new Listing(table, table.namesFrom(start, inclusive), new TreeMap<>());
  }

  @Override
  public boolean hasNext() {
    if (index != null) {
      return index.hasNext();
    }
    if (!inPiece.hasNext() && piece.size() >= PIECE) {
      piece = table.range(piece.lastKey(), false, PIECE).orElseThrow();
      inPiece = piece.keySet().iterator();
    }
    return inPiece.hasNext();
  }

  /** Returns the next name, perhaps of a counter that is gone. */
  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return index != null ? index.next() : inPiece.next();
  }

  /** Returns the value of the counter that {@link #next} returned last, or empty if it is gone. */
  OptionalLong value(String name) {
    if (index != null) {
      return table.find(name).peek();
    }
    Long value = piece.get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
