package io.sharedcounter.jmx;

import io.sharedcounter.core.CounterPage;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/**
 * Results as CompositeData, which consoles show as a table and every client has the classes of.
 * Stateless, thread-safe.
 */
final class OpenValues {
  private static final CompositeType CHANGE = changeType();

  private OpenValues() {}

  /**
   * Returns one item per counter, or null when there is none: an empty CompositeData is illegal.
   */
  static @Nullable CompositeData counters(Map<String, Long> counters) {
    if (counters.isEmpty()) {
      return null;
    }
    String[] names = counters.keySet().toArray(new String[0]);
    OpenType<?>[] types = new OpenType<?>[names.length];
    Arrays.fill(types, SimpleType.LONG);
    try {
      CompositeType type = new CompositeType("counters", "name to value", names, names, types);
      return new CompositeDataSupport(type, counters);
    } catch (OpenDataException e) {
      throw new IllegalStateException("counters do not make a table: " + e.getMessage(), e);
    }
  }

  /** Returns {@code counters} as above and {@code next}, a String or null. */
  static CompositeData page(CounterPage page) {
    CompositeData counters = counters(page.counters());
    Map<String, @Nullable Object> items = new HashMap<>();
    items.put("counters", counters);
    items.put("next", page.next().orElse(null));
    OpenType<?> type = counters == null ? SimpleType.VOID : counters.getCompositeType();
    String[] names = {"counters", "next"};
    String[] descriptions = {"name to value", "pass it as after for the following page"};
    try {
      return new CompositeDataSupport(
          new CompositeType(
              "page",
              "a page of counters",
              names,
              descriptions,
              new OpenType<?>[] {type, SimpleType.STRING}),
          items);
    } catch (OpenDataException e) {
      throw new IllegalStateException("page does not make a table: " + e.getMessage(), e);
    }
  }

  /** Returns the user data of a notification; null stands for what it is not about. */
  static CompositeData change(
      @Nullable String counter,
      @Nullable Long before,
      @Nullable Long after,
      @Nullable String origin) {
    Map<String, @Nullable Object> items = new HashMap<>();
    items.put("counter", counter);
    items.put("before", before);
    items.put("after", after);
    items.put("origin", origin);
    try {
      return new CompositeDataSupport(CHANGE, items);
    } catch (OpenDataException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CompositeType changeType() {
    String[] names = {"counter", "before", "after", "origin"};
    String[] descriptions = {
      "name of the counter",
      "PREVIOUS value; null where no value changed",
      "NEW value; null where no value changed",
      "who did it, or holds the lock"
    };
    OpenType<?>[] types = {SimpleType.STRING, SimpleType.LONG, SimpleType.LONG, SimpleType.STRING};
    try {
      return new CompositeType("change", "one change", names, descriptions, types);
    } catch (OpenDataException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
