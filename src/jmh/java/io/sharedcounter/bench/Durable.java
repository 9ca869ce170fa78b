package io.sharedcounter.bench;

import io.sharedcounter.archive.ArchiveLedger;
import io.sharedcounter.archive.ArchiveSettings;
import io.sharedcounter.archive.DataDirectory;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * Measures acknowledged increments a second of archived namespaces beside Redis with its
 * append-only file, in turns within one run, and prints a Markdown table of medians.
 *
 * <p>Arguments: rounds (default 5), milliseconds of each turn (default 2000), and a folder on the
 * disk that matters (default {@code target}). One run takes 12 turns a round and a warm-up.
 *
 * <p>What is compared: callers of ours are threads in the process, callers of Redis are threads
 * with a connection each. Both wait for each acknowledgement. Redis pays for the way there, which
 * is how counters in Redis are reached from a JVM; it has the shortest way that there is. With
 * {@code EVENTUAL} the time until everything is in the file counts too. Confined to one thread.
 */
public final class Durable {
  private static final int[] CALLERS = {1, 16, 64};

  private final String[] names = Callers.names();
  private final long millis;
  private final Path folder;

  private Durable(long millis, Path folder) {
    this.millis = millis;
    this.folder = folder;
  }

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    long millis = args.length > 1 ? Long.parseLong(args[1]) : 2_000;
    Path parent = Files.createDirectories(Path.of(args.length > 2 ? args[2] : "target"));
    Path folder = Files.createTempDirectory(parent, "durable");
    try {
      Durable durable = new Durable(millis, folder);
      System.out.printf(
          Locale.ROOT,
          "Java %s, %d processors, %d rounds of %d ms%n%n",
          Runtime.version(),
          Runtime.getRuntime().availableProcessors(),
          rounds,
          millis);
      System.out.println("| | callers | ours/s | Redis/s | ratio | rounds' ratios |");
      System.out.println("|---|---|---|---|---|---|");
      durable.measure(rounds, Durability.POWER_LOSS, "always");
      durable.measure(rounds, Durability.EVENTUAL, "everysec");
    } finally {
      delete(folder);
    }
  }

  private void measure(int rounds, Durability durability, String appendfsync) throws Exception {
    Path ours = Files.createDirectory(folder.resolve(durability.name()));
    Path theirs = Files.createDirectory(folder.resolve(appendfsync));
    CounterSettings settings = CounterSettings.of("bench");
    try (DataDirectory directory = DataDirectory.open(ours)) {
      ArchiveLedger ledger =
          ArchiveLedger.open(directory, ArchiveSettings.archive(settings, durability));
      CounterRegistry registry = new CounterRegistry(settings, ledger);
      try (RedisServer redis = startRedis(theirs, appendfsync)) {
        IntConsumer caller = number -> registry.increment(names[number]);
        for (int callers : CALLERS) {
          List<IntConsumer> same = Collections.nCopies(callers, caller);
          List<Double> found = new ArrayList<>();
          List<Double> peers = new ArrayList<>();
          List<Double> ratios = new ArrayList<>();
          // The first round warms up.
          for (int round = 0; round <= rounds; round++) {
            double own = Callers.perSecond(same, millis, () -> ledger.history().close());
            double peer = redis == null ? Double.NaN : peer(redis, callers);
            if (round > 0) {
              found.add(own);
              peers.add(peer);
              ratios.add(own / peer);
            }
          }
          System.out.printf(
              Locale.ROOT,
              "| `%s`, `appendfsync %s` | %d | %,.0f | %,.0f | %.2f | %s |%n",
              durability,
              appendfsync,
              callers,
              median(found),
              median(peers),
              median(found) / median(peers),
              text(ratios));
        }
      } finally {
        registry.close();
      }
    }
  }

  private static RedisServer startRedis(Path directory, String appendfsync) throws Exception {
    try {
      return RedisServer.start(directory, appendfsync);
    } catch (IOException e) {
      System.out.println("NO REDIS, so there is nothing to compare with: " + e.getMessage());
      return null;
    }
  }

  private double peer(RedisServer redis, int callers) throws Exception {
    List<RedisServer.Caller> connections = new ArrayList<>();
    try {
      for (int i = 0; i < callers; i++) {
        connections.add(redis.caller(names));
      }
      return Callers.perSecond(connections, millis, () -> {});
    } finally {
      for (RedisServer.Caller connection : connections) {
        connection.close();
      }
    }
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(value -> value).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String text(List<Double> ratios) {
    StringBuilder text = new StringBuilder();
    for (double ratio : ratios) {
      text.append(text.isEmpty() ? "" : " ").append(String.format(Locale.ROOT, "%.2f", ratio));
    }
    return text.toString();
  }

  static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
