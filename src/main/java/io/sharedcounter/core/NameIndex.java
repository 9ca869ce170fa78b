package io.sharedcounter.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The names of a namespace in order, so that a page costs what it returns.
 *
 * <p>Nothing is kept until somebody asks. Then the names are sorted once, into an array; those that
 * come later go into a small set beside it, and when that has grown to a quarter of the array both
 * are forgotten, and sorted anew for the next who asks. Names that are gone stay until then: who
 * reads looks whether the counter is there. Thread-safe.
 */
final class NameIndex {
  private static final int SPARE = 1_000;

  private final Consumer<Consumer<String>> names;
  private final AtomicReference<@Nullable Sorted> sorted = new AtomicReference<>();

  /**
   * Creates an index.
   *
   * @param names shows every name; one that is added meanwhile it may miss
   */
  NameIndex(Consumer<Consumer<String>> names) {
    this.names = names;
  }

  /** Adds a name, after it came into being. */
  void add(String name) {
    Sorted seen = sorted.get();
    if (seen != null && !seen.add(name)) {
      sorted.compareAndSet(seen, null);
    }
  }

  /** Returns the names from {@code start} on, in order, and some that are gone. */
  Iterator<String> from(String start, boolean inclusive) {
    Sorted seen = sorted.get();
    return (seen != null && seen.isReady ? seen : sort()).from(start, inclusive);
  }

  private synchronized Sorted sort() {
    Sorted seen = sorted.get();
    if (seen != null && seen.isReady) {
      return seen;
    }
    Sorted fresh = new Sorted();
    // Before the names are read: what comes into being from here on is added, what was, is read.
    sorted.set(fresh);
    fresh.sort(names);
    return fresh;
  }

  private static final class Sorted {
    private final ConcurrentSkipListSet<String> recent = new ConcurrentSkipListSet<>();
    private final AtomicInteger recentCount = new AtomicInteger();
    private String[] old = {};
    private volatile boolean isReady;

    /** Returns whether there is room for more. */
    boolean add(String name) {
      if (!recent.add(name)) {
        return true;
      }
      int count = recentCount.incrementAndGet();
      return count <= SPARE || !isReady || count <= old.length / 4;
    }

    void sort(Consumer<Consumer<String>> names) {
      List<String> all = new ArrayList<>();
      names.accept(all::add);
      String[] array = all.toArray(String[]::new);
      Arrays.sort(array);
      old = array;
      isReady = true;
    }

    Iterator<String> from(String start, boolean inclusive) {
      int found = Arrays.binarySearch(old, start);
      int at = found < 0 ? -found - 1 : inclusive ? found : found + 1;
      return new Merge(old, at, recent.tailSet(start, inclusive).iterator());
    }
  }

  /** Both parts in order, a name that is in both once. Confined to one thread. */
  private static final class Merge implements Iterator<String> {
    private final String[] old;
    private final Iterator<String> recent;
    private int at;
    private @Nullable String recentNext;

    Merge(String[] old, int at, Iterator<String> recent) {
      this.old = old;
      this.at = at;
      this.recent = recent;
      recentNext = recent.hasNext() ? recent.next() : null;
    }

    @Override
    public boolean hasNext() {
      return at < old.length || recentNext != null;
    }

    @Override
    public String next() {
      String candidate = recentNext;
      if (at == old.length && candidate == null) {
        throw new NoSuchElementException();
      }
      int order = at == old.length ? 1 : candidate == null ? -1 : old[at].compareTo(candidate);
      if (order <= 0) {
        if (order == 0) {
          recentNext = recent.hasNext() ? recent.next() : null;
        }
        return old[at++];
      }
      recentNext = recent.hasNext() ? recent.next() : null;
      return Objects.requireNonNull(candidate);
    }
  }
}
