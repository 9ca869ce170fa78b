package io.sharedcounter.cluster;

import io.sharedcounter.core.CounterState;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The counters of a namespace as a snapshot has them, sorted, to be read once: from a sorted map
 * {@link TreeMap#putAll} builds its tree in one pass, where a million {@code put} would look for
 * the place of each. Confined to one thread.
 */
@SuppressWarnings("JdkObsolete") // It is SortedMap that TreeMap looks for.
final class RestoredCounters extends AbstractMap<String, CounterState>
    implements SortedMap<String, CounterState> {
  private final DataInputStream in;
  private final int size;

  private RestoredCounters(DataInputStream in, int size) {
    this.in = in;
    this.size = size;
  }

  /**
   * Reads so many counters into an empty {@link TreeMap}.
   *
   * @throws IllegalArgumentException if they are not sorted
   */
  static void read(DataInputStream in, int size, NavigableMap<String, CounterState> into)
      throws IOException {
    try {
      into.putAll(new RestoredCounters(in, size));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public @Nullable Comparator<? super String> comparator() {
    return null;
  }

  @Override
  public Set<Map.Entry<String, CounterState>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public Iterator<Map.Entry<String, CounterState>> iterator() {
        return new Reading();
      }
    };
  }

  /** Reads one counter after the other. */
  private final class Reading implements Iterator<Map.Entry<String, CounterState>> {
    private int left = size;
    private String last = "";

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public Map.Entry<String, CounterState> next() {
      if (left-- <= 0) {
        throw new NoSuchElementException();
      }
      try {
        String name = in.readUTF();
        if (last.compareTo(name) >= 0) {
          throw new IllegalArgumentException("'" + name + "' comes after '" + last + "'");
        }
        last = name;
        CounterState state = new CounterState();
        state.create(in.readLong());
        return Map.entry(name, state);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /* --------------- What a sorted map has besides: it can be read once only --------------- */

  @Override
  public SortedMap<String, CounterState> subMap(String from, String to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SortedMap<String, CounterState> headMap(String to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SortedMap<String, CounterState> tailMap(String from) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String firstKey() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String lastKey() {
    throw new UnsupportedOperationException();
  }
}
