package io.sharedcounter.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Values to bring into a namespace at once, and how they meet those that are there: the one place
 * that knows what each mode means and when an import is refused. Immutable.
 *
 * @param values the values, by the names of the counters
 * @param mode how they meet those that are there
 */
public record Import(Map<String, Long> values, Mode mode) {
  /** The origin of the changes that an import makes. */
  public static final String ORIGIN = "import";

  /** How the values of an import meet those that are there. Immutable. */
  public enum Mode {
    /** Afterwards the namespace holds exactly the values; other counters are removed. */
    REPLACE,
    /** Each value is added to the one there; a counter that is absent starts at 0. */
    ADD,
    /** The larger of both values stays; a counter that is absent gets the value. */
    MAX;

    /**
     * Returns the mode of that word, {@code replace}, {@code add} or {@code max}.
     *
     * @throws IllegalArgumentException that shows the word and what is allowed
     */
    public static Mode of(String word) {
      for (Mode mode : values()) {
        if (mode.toString().equals(word)) {
          return mode;
        }
      }
      throw new IllegalArgumentException(
          "mode '" + Names.escaped(word) + "' is not known; use replace, add or max");
    }

    /** Returns the word for it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The counters that an import meets; they stay as they are while it looks. */
  public interface Present {
    /** Returns the value of the counter, or empty if it is absent. */
    OptionalLong value(String name);

    /** Returns the lock that is held on the counter. */
    Optional<HeldLock> lock(String name);

    /** Shows the name of every counter that exists, in no order. */
    void forEachName(Consumer<String> visitor);

    /** Returns how many counters there are. */
    int count();
  }

  /**
   * Copies the values and checks their names. Keeps the order of a sorted map.
   *
   * @throws IllegalArgumentException if a name is not allowed, saying which rule it breaks
   */
  public Import {
    Map<String, Long> copy =
        values instanceof SortedMap<String, Long> sorted
            ? new TreeMap<>(sorted)
            : new HashMap<>(values);
    copy.keySet().forEach(Names::checkCounter);
    values = Collections.unmodifiableMap(copy);
  }

  /**
   * Returns what the import changes, counters that go first. Changes nothing.
   *
   * @param maxCounters how many counters the namespace may hold
   * @throws CounterLockedException if a counter that would change is locked
   * @throws ArithmeticException if a sum leaves the 64-bit range
   * @throws IllegalStateException if there would be too many counters
   */
  public List<Imported> plan(Present present, int maxCounters) {
    return plan(values, mode, present, maxCounters);
  }

  /**
   * Returns what an import changes, without a look at the names: as {@link #plan(Present, int)}
   * does, for those to whom the values come checked. Of several reasons to refuse it tells the
   * first, in the order of the values and of {@code present}.
   *
   * @throws RuntimeException as {@link #plan(Present, int)} does
   */
  public static List<Imported> plan(
      Map<String, Long> values, Mode mode, Present present, int maxCounters) {
    List<Imported> changes = new ArrayList<>();
    if (mode == Mode.REPLACE) {
      present.forEachName(
          name -> {
            if (!values.containsKey(name)) {
              changes.add(new Imported(name, present.value(name), OptionalLong.empty()));
            }
          });
    }
    long count = (long) present.count() - changes.size();
    for (Map.Entry<String, Long> entry : values.entrySet()) {
      OptionalLong before = present.value(entry.getKey());
      long after = meet(mode, entry.getKey(), before, entry.getValue());
      if (before.isEmpty() || before.getAsLong() != after) {
        changes.add(new Imported(entry.getKey(), before, OptionalLong.of(after)));
        count += before.isEmpty() ? 1 : 0;
      }
    }
    for (Imported change : changes) {
      Optional<HeldLock> lock = present.lock(change.name());
      if (lock.isPresent()) {
        throw Refusals.locked(change.name(), lock.get(), "nothing was imported");
      }
    }
    if (count > maxCounters && count > present.count()) {
      throw Refusals.tooMany(count, maxCounters);
    }
    return changes;
  }

  private static long meet(Mode mode, String name, OptionalLong before, long value) {
    if (before.isEmpty()) {
      return value;
    }
    long present = before.getAsLong();
    return switch (mode) {
      case REPLACE -> value;
      case MAX -> Math.max(present, value);
      case ADD -> {
        if (((present ^ (present + value)) & (value ^ (present + value))) < 0) {
          throw Refusals.overflow(name, present, value);
        }
        yield present + value;
      }
    };
  }
}
