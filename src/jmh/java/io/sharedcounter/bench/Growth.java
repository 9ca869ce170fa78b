package io.sharedcounter.bench;

import io.sharedcounter.core.Counter;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What each operation costs as the counters of a namespace, and the namespaces, grow in number.
 * Prints Markdown tables; argument: the largest number of counters. Confined to one thread.
 *
 * <p>Each size is measured several times, the small ones more often, and the least time is shown:
 * whatever disturbs a measurement adds to it.
 */
public final class Growth {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int[] COUNTERS = {10, 1_000, 100_000, 1_000_000};

  // In the order of the rows; each with the time of all its calls, by the number of counters.
  private final Map<String, Map<Integer, Double>> rows = new LinkedHashMap<>();
  private int size;
  private List<Counter> handles = new ArrayList<>();

  private Growth() {}

  /** Measures and prints. */
  public static void main(String[] args) throws Exception {
    int largest = Integer.parseInt(args[0]);
    System.out.println(new Growth().table(sizes(COUNTERS, largest)));
    System.out.println(GrowthWithFaces.table(sizes(COUNTERS, largest)));
    System.out.println(GrowthWithFaces.namespaces(sizes(new int[] {1, 10, 1_000}, largest)));
  }

  private static int[] sizes(int[] all, int largest) {
    return Arrays.stream(all).filter(each -> each <= largest).toArray();
  }

  private String table(int[] sizes) {
    for (int i = 0; i < 300; i++) {
      measure(1_000); // Warms up.
    }
    rows.clear();
    for (int each : sizes) {
      for (int i = 0; i < repeats(each); i++) {
        measure(each);
      }
      rows.computeIfAbsent("heap, bytes", row -> new LinkedHashMap<>()).put(each, heap(each));
    }
    return table("In memory, nanoseconds a counter", rows, sizes, true)
        + table("In memory, microseconds a call", rows, sizes, false);
  }

  static int repeats(int size) {
    return Math.max(3, Math.min(300, 1_000_000 / size));
  }

  private void measure(int counters) {
    size = counters;
    CounterRegistry registry = registry("growth");
    each("create", () -> forEachName(size, registry::get));
    each("increment by name", () -> forEachName(size, registry::increment));
    each("set by name", () -> forEachName(size, name -> registry.set(name, 5)));
    each("compareAndSet by name", () -> forEachName(size, n -> registry.compareAndSet(n, 5, 6)));
    each("peek by name", () -> forEachName(size, registry::peek));
    handles = new ArrayList<>(size);
    each("counter (a handle)", () -> forEachName(size, n -> handles.add(registry.counter(n))));
    each("increment by handle", () -> handles.forEach(Counter::increment));
    each("getAllCounters", registry::getAllCounters);
    call("findCounters: first page of 100", () -> registry.findCounters("", "", 100));
    String middle = name(size / 2);
    often("findCounters: a further page", () -> registry.findCounters("", middle, 100));
    registry.get("new");
    often("findCounters: after a new counter", () -> registry.findCounters("", middle, 100));
    often("count", registry::count);
    often("locks", registry::locks);
    often("lockCounter and close", () -> registry.lockCounter(middle).close());
    each("remove", () -> forEachName(size, registry::remove));
    forEachName(size, registry::get);
    call("close", registry::close);
    handles = new ArrayList<>();
    measureMap();
  }

  /** What memory alone makes of the same steps: caches and not algorithms are behind most of it. */
  private void measureMap() {
    Map<String, AtomicLong> map = new ConcurrentHashMap<>();
    each("(map) create", () -> forEachName(size, name -> map.put(name, new AtomicLong())));
    each("(map) increment by name", () -> forEachName(size, name -> map.get(name).addAndGet(1)));
    each("(map) copied into a TreeMap", () -> new TreeMap<>(map));
    call("(map) its names sorted", () -> map.keySet().stream().sorted().toList());
    each("(map) remove", () -> forEachName(size, map::remove));
  }

  private void each(String row, Runnable task) {
    put(rows, row, size, processorTime(task));
  }

  private void call(String row, Runnable task) {
    put(rows, "! " + row, size, processorTime(task));
  }

  // By the wall: too short to be disturbed each time, and for the other clock.
  private void often(String row, Runnable task) {
    for (int i = 0; i < 20; i++) {
      put(rows, "! " + row, size, time(task));
    }
  }

  static void put(Map<String, Map<Integer, Double>> rows, String row, int size, double nanos) {
    rows.computeIfAbsent(row, absent -> new LinkedHashMap<>()).merge(size, nanos, Math::min);
  }

  private static double heap(int size) {
    long before = usedHeap();
    CounterRegistry registry = registry("growth");
    forEachName(size, registry::get);
    double heap = usedHeap() - before;
    registry.close();
    return Math.max(1, heap);
  }

  /**
   * Returns a table with the exponent k of n^k that fits best from 1,000 on, or between the last
   * two sizes; n log n shows as some 1.1 there.
   *
   * @param isEach whether rows are shown by counter, or by call: those whose names begin with "!"
   */
  static String table(
      String title, Map<String, Map<Integer, Double>> rows, int[] sizes, boolean isEach) {
    StringBuilder page = new StringBuilder("\n| " + title + " |");
    for (int size : sizes) {
      page.append(String.format(Locale.ROOT, " %,d |", size));
    }
    page.append(isEach ? " exponent, all |\n" : " exponent |\n");
    page.append("|---".repeat(sizes.length + 2)).append("|\n");
    rows.forEach(
        (row, bySize) -> {
          if (row.startsWith("!") != isEach) {
            page.append("| ").append(row.replaceFirst("^! ", "")).append(" |");
            for (int size : sizes) {
              Double total = bySize.get(size);
              double shown = total == null ? 0 : isEach ? total / size : total / 1e3;
              String format = shown < 10 ? " %.1f |" : " %,.0f |";
              page.append(total == null ? " |" : String.format(Locale.ROOT, format, shown));
            }
            page.append(exponent(bySize)).append(" |\n");
          }
        });
    return page.toString();
  }

  private static String exponent(Map<Integer, Double> bySize) {
    double n = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    int[] sizes = bySize.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    int from = sizes.length < 2 ? 0 : Math.min(1_000, sizes[sizes.length - 2]);
    for (Map.Entry<Integer, Double> point : bySize.entrySet()) {
      if (point.getKey() >= from) {
        double at = Math.log(point.getKey());
        double time = Math.log(point.getValue());
        n++;
        x += at;
        y += time;
        xx += at * at;
        xy += at * time;
      }
    }
    return n < 2 ? " " : String.format(Locale.ROOT, " %.2f", (n * xy - x * y) / (n * xx - x * x));
  }

  static CounterRegistry registry(String namespace) {
    return new CounterRegistry(
        new CounterSettings(namespace, 2_000_000, Duration.ZERO, InstantSource.system()));
  }

  /** Returns a name of 26 characters. */
  static String name(int number) {
    return String.format(Locale.ROOT, "orders.created.%011d", number);
  }

  /** Gives each name a string of its own, as calls from outside do. */
  static void forEachName(int size, Consumer<String> operation) {
    StringBuilder name = new StringBuilder(name(0));
    for (int i = 0; i < size; i++) {
      int rest = i;
      for (int at = 25; at > 14; at--) {
        name.setCharAt(at, (char) ('0' + rest % 10));
        rest /= 10;
      }
      operation.accept(name.toString());
    }
  }

  static long time(Runnable task) {
    long start = System.nanoTime();
    task.run();
    return System.nanoTime() - start;
  }

  /** Returns the time that this thread was given, which other load cannot stretch. */
  static long processorTime(Runnable task) {
    long start = THREADS.getCurrentThreadCpuTime();
    task.run();
    return THREADS.getCurrentThreadCpuTime() - start;
  }

  static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
