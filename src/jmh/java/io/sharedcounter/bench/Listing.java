package io.sharedcounter.bench;

import io.sharedcounter.core.CounterRegistry;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** getAllCounters of 1,000,000 counters beside a map copied into a tree. Confined to one thread. */
final class Listing {
  private static final int SIZE = 1_000_000;
  private static final int ROUNDS = 9;

  private Listing() {}

  static String table() {
    CounterRegistry registry = Growth.registry("listing");
    ConcurrentHashMap<String, Long> map = new ConcurrentHashMap<>();
    Growth.forEachName(
        SIZE,
        name -> {
          registry.get(name);
          map.put(name, 0L);
        });
    long[] ours = new long[ROUNDS];
    long[] theirs = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      theirs[i] = Growth.time(() -> new TreeMap<>(map));
      ours[i] = Growth.time(registry::getAllCounters);
    }
    Arrays.sort(ours);
    Arrays.sort(theirs);
    return String.format(
        Locale.ROOT,
        "%n## Listing 1,000,000 counters%n%n%d rounds in turn, 25th percentile: getAllCounters"
            + " %.0f ms, new TreeMap<>(ConcurrentHashMap) %.0f ms: %.2f x.%n",
        ROUNDS,
        ours[ROUNDS / 4] / 1e6,
        theirs[ROUNDS / 4] / 1e6,
        (double) ours[ROUNDS / 4] / theirs[ROUNDS / 4]);
  }
}
