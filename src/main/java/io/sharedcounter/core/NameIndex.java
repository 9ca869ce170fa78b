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
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The names of a namespace in order, so that a page costs what it returns.
 *
 * <p>Nothing is kept until somebody asks. Then the names are sorted once, into an array; those that
 * come later go into a small set beside it, and when that has grown to a quarter of the array, the
 * next who asks merges both. Names that are gone stay: who reads looks whether the counter is
 * there. All is forgotten, and sorted anew for the next who asks, when as many names have come as
 * the array holds, or as many are gone as are there. So who asks again and again pays for the sort
 * once, and then for a share of a merge with each new name. Thread-safe.
 */
final class NameIndex {
  private static final int SPARE = 1_000;

  private final Consumer<Consumer<String>> names;
  private final IntSupplier count;
  private final AtomicReference<@Nullable Sorted> sorted = new AtomicReference<>();

  /**
   * Creates an index.
   *
   * @param names shows every name; one that is added meanwhile it may miss
   * @param count tells how many names there are
   */
  NameIndex(Consumer<Consumer<String>> names, IntSupplier count) {
    this.names = names;
    this.count = count;
  }

  /** Adds a name, after it came into being. */
  void add(String name) {
    Sorted seen = sorted.get();
    while (seen != null) {
      if (!seen.add(name)) {
        sorted.compareAndSet(seen, null);
      }
      Sorted now = sorted.get();
      if (now == seen) {
        return;
      }
      seen = now; // Which may have read the one before already.
    }
  }

  /** Returns the names from {@code start} on, in order, and some that are gone. */
  Iterator<String> from(String start, boolean inclusive) {
    Sorted seen = sorted.get();
    return (seen != null && seen.isReady && !seen.isFull() ? seen : renew()).from(start, inclusive);
  }

  private synchronized Sorted renew() {
    Sorted seen = sorted.get();
    if (seen != null && seen.isReady && !seen.isFull()) {
      return seen;
    }
    Sorted fresh = new Sorted();
    // Before the names are read: what comes into being from here on is added, what was, is read.
    sorted.set(fresh);
    if (seen != null && seen.isReady && seen.size() / 2 <= count.getAsInt()) {
      fresh.take(seen.from("", true), seen.size());
    } else {
      fresh.sort(names);
    }
    return fresh;
  }

  private static final class Sorted {
    private final ConcurrentSkipListSet<String> recent = new ConcurrentSkipListSet<>();
    private final AtomicInteger recentCount = new AtomicInteger();
    private String[] old = {};
    private volatile boolean isReady;

    /** Adds a name and returns whether to remember all this is still worth its room. */
    boolean add(String name) {
      if (!recent.add(name)) {
        return true;
      }
      int added = recentCount.incrementAndGet();
      return !isReady || added <= 2 * SPARE || added <= old.length;
    }

    int size() {
      return old.length + recentCount.get();
    }

    boolean isFull() {
      int added = recentCount.get();
      return added > SPARE && added > old.length / 4;
    }

    void sort(Consumer<Consumer<String>> names) {
      List<String> all = new ArrayList<>();
      names.accept(all::add);
      String[] array = all.toArray(String[]::new);
      Arrays.sort(array);
      old = array;
      isReady = true;
    }

    void take(Iterator<String> inOrder, int expected) {
      List<String> all = new ArrayList<>(expected);
      inOrder.forEachRemaining(all::add);
      old = all.toArray(String[]::new);
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
