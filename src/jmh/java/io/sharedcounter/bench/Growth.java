package io.sharedcounter.bench;

import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What counters and namespaces cost as they grow in number. Confined to one thread. */
final class Growth {
  private static final int[] COUNTERS = {10, 1_000, 100_000, 1_000_000};

  private Growth() {}

  static String table() {
    StringBuilder page = new StringBuilder();
    page.append("\n## Costs of growing\n\n");
    page.append("| counters | bytes a counter | create, ns each | increment by name, ns");
    page.append(" | getAllCounters, ns each | first page of 100, us | a further page, us");
    page.append(" | remove, ns each | close, ms |\n");
    page.append("|---|---|---|---|---|---|---|---|---|\n");
    measure(1_000);
    measure(100_000);
    for (int size : COUNTERS) {
      page.append(measure(size)).append('\n');
    }
    page.append(
        "\n| namespaces | bytes each | open, us each | close, us each |\n|---|---|---|---|\n");
    for (int size : new int[] {1, 10, 1_000}) {
      page.append(namespaces(size)).append('\n');
    }
    return page.toString();
  }

  private static String measure(int size) {
    long heapBefore = usedHeap();
    CounterRegistry registry = registry("growth");
    long create = time(() -> forEachName(size, registry::get));
    long heap = usedHeap() - heapBefore;
    long increment = time(() -> forEachName(size, registry::increment));
    long list = time(registry::getAllCounters);
    long first = time(() -> registry.findCounters("", "", 100));
    String middle = name(size / 2);
    long further = time(() -> registry.findCounters("", middle, 100));
    long remove = time(() -> forEachName(size / 10, registry::remove));
    long close = time(registry::close);
    return String.format(
        Locale.ROOT,
        "| %,d | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.2f |",
        size,
        (double) heap / size,
        (double) create / size,
        (double) increment / size,
        (double) list / size,
        first / 1e3,
        further / 1e3,
        (double) remove / Math.max(1, size / 10),
        close / 1e6);
  }

  private static String namespaces(int size) {
    List<CounterRegistry> registries = new ArrayList<>();
    long heapBefore = usedHeap();
    long open =
        time(
            () -> {
              for (int i = 0; i < size; i++) {
                registries.add(registry("n" + i));
              }
            });
    long heap = usedHeap() - heapBefore;
    long close = time(() -> registries.forEach(CounterRegistry::close));
    return String.format(
        Locale.ROOT,
        "| %,d | %d | %.1f | %.1f |",
        size,
        heap / size,
        open / 1e3 / size,
        close / 1e3 / size);
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

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
