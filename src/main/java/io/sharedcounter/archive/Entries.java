package io.sharedcounter.archive;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a book, by name. A counter that its file held becomes an entry with its first
 * change; until then it is packed, and as the file has it. Entries are added and removed by who
 * holds the book's monitor; anybody may read.
 *
 * <p>Who looks whether a counter is an entry, and finds it packed, may read the packed value after
 * somebody has changed the counter: its read takes effect when it looked. Thread-safe.
 */
final class Entries {
  private final ConcurrentMap<String, Entry> awake = new ConcurrentHashMap<>();
  private final PackedCounters packed;

  Entries(PackedCounters packed) {
    this.packed = packed;
  }

  /** Returns the entry of that name, for a change; null if there never was such a counter. */
  @Nullable Entry wake(String name) {
    Entry entry = awake.get(name);
    if (entry != null) {
      return entry;
    }
    CounterRow row = packed.find(name);
    if (row == null) {
      return null;
    }
    Entry woken = new Entry(row);
    awake.put(name, woken);
    return woken;
  }

  void add(Entry entry) {
    awake.put(entry.name, entry);
  }

  void remove(Entry entry) {
    awake.remove(entry.name, entry);
  }

  /** Returns the entry of that name if it is awake. */
  @Nullable Entry awake(String name) {
    return awake.get(name);
  }

  /** Returns what {@code reading} says of the counter, null if there is none. */
  @Nullable Long value(String name, Function<Entry, @Nullable Long> reading) {
    Entry entry = awake.get(name);
    if (entry != null) {
      return reading.apply(entry);
    }
    CounterRow row = packed.find(name);
    return row == null ? null : row.value();
  }

  /** Shows each counter of which {@code reading} has a value, once. */
  void forEach(Function<Entry, @Nullable Long> reading, ObjLongConsumer<String> visitor) {
    packed.forEach(
        row -> {
          // Mostly none is: then a million names need not be hashed.
          Entry entry = awake.isEmpty() ? null : awake.get(row.name());
          show(row.name(), entry == null ? row.value() : reading.apply(entry), visitor);
        });
    for (Entry entry : awake.values()) {
      if (entry.id > packed.highestId()) {
        show(entry.name, reading.apply(entry), visitor);
      }
    }
  }

  private static void show(String name, @Nullable Long value, ObjLongConsumer<String> visitor) {
    if (value != null) {
      visitor.accept(name, value);
    }
  }
}
