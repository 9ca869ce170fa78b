package io.sharedcounter.bench;

import io.sharedcounter.NamespaceConfig;
import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import io.sharedcounter.archive.ArchiveLedger;
import io.sharedcounter.archive.ArchiveSettings;
import io.sharedcounter.archive.DataDirectory;
import io.sharedcounter.archive.History;
import io.sharedcounter.archive.Verification;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntConsumer;

/**
 * Measures what archived namespaces cost besides throughput: bytes a transaction, restart, a
 * snapshot while callers write, and reading back. Prints a Markdown table.
 *
 * <p>Arguments: a folder on the disk that matters (default {@code target}), millions of counters
 * (default 1) and millions of transactions (default 10). Confined to one thread.
 */
public final class ArchiveFigures {
  private static final CounterSettings SETTINGS = CounterSettings.of("bench");

  private final Path folder;
  private final int counters;
  private final int transactions;

  private ArchiveFigures(Path folder, int counters, int transactions) {
    this.folder = folder;
    this.counters = counters;
    this.transactions = transactions;
  }

  /** Runs it; in a process of its own with {@code restart} and a folder, the restart alone. */
  public static void main(String[] args) throws Exception {
    if (args.length == 2 && args[0].equals("restart")) {
      restart(Path.of(args[1]));
      return;
    }
    Path parent = Files.createDirectories(Path.of(args.length > 0 ? args[0] : "target"));
    Path folder = Files.createTempDirectory(parent, "archive");
    int counters = (int) (1e6 * (args.length > 1 ? Double.parseDouble(args[1]) : 1));
    int transactions = (int) (1e6 * (args.length > 2 ? Double.parseDouble(args[2]) : 10));
    try {
      ArchiveFigures figures = new ArchiveFigures(folder, counters, transactions);
      System.out.println("| | found | at most |");
      System.out.println("|---|---|---|");
      figures.bytesAndHistory();
      figures.bytesOfIncrements();
      figures.restartAndSnapshot();
    } finally {
      Durable.delete(folder);
    }
  }

  /** An open archive of the benchmark. */
  private record Archive(DataDirectory directory, ArchiveLedger ledger, CounterRegistry registry)
      implements AutoCloseable {
    static Archive open(Path path, Durability durability) {
      DataDirectory directory = DataDirectory.open(path);
      ArchiveLedger ledger =
          ArchiveLedger.open(directory, ArchiveSettings.archive(SETTINGS, durability));
      return new Archive(directory, ledger, new CounterRegistry(SETTINGS, ledger));
    }

    @Override
    public void close() {
      registry.close();
      directory.close();
    }
  }

  private static void row(String what, String found, String atMost) {
    System.out.printf(Locale.ROOT, "| %s | %s | %s |%n", what, found, atMost);
  }

  private void bytesAndHistory() throws Exception {
    Path path = Files.createDirectory(folder.resolve("transactions"));
    String[] names = Callers.names();
    long start = System.nanoTime();
    try (Archive archive = Archive.open(path, Durability.EVENTUAL)) {
      Random random = new Random(5);
      for (int i = 0; i < transactions; i++) {
        archive.registry.set(names[random.nextInt(names.length)], random.nextInt(1_000_000_000));
      }
    }
    long nanos = System.nanoTime() - start;
    row(
        String.format(Locale.ROOT, "`EVENTUAL`, 1 caller, %,d transactions", transactions),
        String.format(Locale.ROOT, "%,.0f a second", transactions * 1e9 / nanos),
        "");
    long bytes = Files.size(path.resolve("bench.sqlite"));
    row(
        "bytes a transaction, 1,000 counters set to random values up to 10^9",
        String.format(Locale.ROOT, "%.1f", (double) bytes / transactions),
        "36");
    try (History history = History.open(path, "bench")) {
      List<Double> millis = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String name = names[i * 5];
        millis.add(Growth.time(() -> history.history(name, 100)) / 1e6);
      }
      double first = millis.get(0);
      Collections.sort(millis);
      row(
          "`history` of a counter's last 100, ms: first, median, slowest",
          String.format(Locale.ROOT, "%.2f, %.2f, %.2f", first, millis.get(100), millis.get(199)),
          "20");
    }
    long verified = System.nanoTime();
    if (Verification.verify(path, "bench", true) != transactions) {
      throw new AssertionError("transactions are missing");
    }
    row(
        "`verify` of it",
        String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - verified) / 1e9),
        "");
  }

  private void bytesOfIncrements() throws Exception {
    Path path = Files.createDirectory(folder.resolve("increments"));
    String[] names = Callers.names();
    int count = transactions / 10;
    try (Archive archive = Archive.open(path, Durability.EVENTUAL)) {
      Random random = new Random(6);
      for (String name : names) {
        archive.registry.set(name, 500_000_000);
      }
      for (int i = names.length; i < count; i++) {
        archive.registry.increment(names[random.nextInt(names.length)], 1 + random.nextInt(100));
      }
    }
    row(
        "the same, incremented by up to 100",
        String.format(
            Locale.ROOT, "%.1f", (double) Files.size(path.resolve("bench.sqlite")) / count),
        "36");
  }

  private void restartAndSnapshot() throws Exception {
    Path path = Files.createDirectory(folder.resolve("counters"));
    try (Archive archive = Archive.open(path, Durability.EVENTUAL)) {
      Growth.forEachName(counters, archive.registry::increment);
    }
    restarts(path);
    for (Durability durability : new Durability[] {Durability.POWER_LOSS, Durability.EVENTUAL}) {
      snapshots(path, durability);
    }
  }

  private void restarts(Path path) throws Exception {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  ArchiveFigures.class.getName(),
                  "restart",
                  path.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        String opened = out.readLine();
        double seconds = (System.nanoTime() - start) / 1e9;
        found.add(String.format(Locale.ROOT, "%.2f (%s)", seconds, opened));
      } finally {
        process.waitFor();
      }
    }
    row(
        String.format(
            Locale.ROOT,
            "restart with %,d counters to the first answer, seconds: from the start of the"
                + " process (from the call that opens)",
            counters),
        String.join("; ", found),
        "1");
  }

  /** As an application does it, MBeans included. */
  private static void restart(Path path) {
    long start = System.nanoTime();
    SharedCountersConfig config =
        SharedCountersConfig.builder()
            .namespace(NamespaceConfig.builder("bench").archive(Durability.POWER_LOSS).build())
            .dataDirectory(path)
            .build();
    try (SharedCounters counters = SharedCounters.open(config)) {
      long answer = counters.namespace("bench").increment(Growth.name(7));
      System.out.printf(
          Locale.ROOT, "%.2f%n", answer > 1 ? (System.nanoTime() - start) / 1e9 : Double.NaN);
    }
  }

  private void snapshots(Path path, Durability durability) throws Exception {
    String[] names = Callers.names();
    try (Archive archive = Archive.open(path, durability)) {
      IntConsumer caller = number -> archive.registry.increment(names[number]);
      List<IntConsumer> callers = Collections.nCopies(4, caller);
      Callers.perSecond(callers, 1_000, () -> {});
      List<Double> ratios = new ArrayList<>();
      long longest = 0;
      for (int i = 0; i < 3; i++) {
        double alone = Callers.perSecond(callers, 2_000, () -> {});
        long[] nanos = new long[1];
        Thread snapshot = new Thread(() -> nanos[0] = Growth.time(() -> archive.ledger.snapshot()));
        snapshot.start();
        double beside = Callers.perSecond(callers, 2_000, () -> {});
        snapshot.join();
        // The snapshot covered only that part of the time.
        double share = Math.min(1, nanos[0] / 2e9);
        ratios.add((alone - beside) / alone / share);
        longest = Math.max(longest, nanos[0]);
      }
      Collections.sort(ratios);
      row(
          "a snapshot of them slows 4 callers of `" + durability + "` by",
          String.format(
              Locale.ROOT, "%.0f %%, for up to %.1f s", 100 * ratios.get(1), longest / 1e9),
          "30 %");
    }
  }
}
