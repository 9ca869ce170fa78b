package io.sharedcounter.bench;

import io.sharedcounter.core.CounterRegistry;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * getAllCounters beside a map copied into a tree. Prints a line; argument: how many counters.
 * Confined to one thread.
 */
public final class Listing {
  private static final int ROUNDS = 9;

  private Listing() {}

  /** Measures and prints. */
  public static void main(String[] args) {
    int size = Integer.parseInt(args[0]);
    CounterRegistry registry = Growth.registry("listing");
    ConcurrentHashMap<String, Long> map = new ConcurrentHashMap<>();
    Growth.forEachName(
        size,
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
    System.out.printf(
        Locale.ROOT,
        "%,d counters, %d rounds in turn, medians: getAllCounters %.1f ms,"
            + " new TreeMap<>(ConcurrentHashMap) %.1f ms: %.2f x.%n",
        size,
        ROUNDS,
        ours[ROUNDS / 2] / 1e6,
        theirs[ROUNDS / 2] / 1e6,
        (double) ours[ROUNDS / 2] / theirs[ROUNDS / 2]);
  }
}
