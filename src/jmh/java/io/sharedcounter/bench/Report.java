package io.sharedcounter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks and writes the figures of this Java version and their charts.
 *
 * <p>Arguments: the folder to write to, then how many forks and iterations. Of each benchmark's
 * many short iterations the fastest quarter's edge is shown, which other load on the machine moves
 * least. Confined to one thread.
 */
public final class Report {
  private final int forks;
  private final int iterations;
  private final StringBuilder page = new StringBuilder();

  private Report(int forks, int iterations) {
    this.forks = forks;
    this.iterations = iterations;
  }

  /** Runs everything. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Report report = new Report(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    report.header();
    report.byHandle(folder);
    report.byName(folder);
    report.page.append(Growth.table()).append(Listing.table());
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("figures-java" + feature() + ".md"), report.page);
  }

  private static int feature() {
    return Runtime.version().feature();
  }

  private void header() throws IOException {
    Path load = Path.of("/proc/loadavg");
    line("# Figures, Java %d", feature());
    line("");
    line(
        "%s, %s %s, %d processors, %s; load of the machine at the start: %s.",
        LocalDate.now(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        Files.exists(load) ? Files.readString(load).strip() : "unknown");
    line("");
    line("%d forks of %d iterations of 50 ms; the 25th percentile is shown.", forks, iterations);
    line("Each column is one run; only ratios within a column mean something.");
  }

  private void byHandle(Path folder) throws RunnerException, IOException {
    List<Map<String, Double>> columns = new ArrayList<>();
    for (int threads : new int[] {1, 2, 4}) {
      columns.add(run("HandleBenchmark", threads, Map.of()));
    }
    line("");
    line("## One counter by handle, ns an increment");
    table(List.of("1 thread", "2 threads", "4 threads"), columns, "atomicLong");
    Chart.write(folder.resolve("by-handle.svg"), "By handle, 1 thread, ns", columns.get(0));
    line("");
    line("![by handle](by-handle.svg)");
  }

  private void byName(Path folder) throws RunnerException, IOException {
    List<Map<String, Double>> columns = new ArrayList<>();
    for (String names : new String[] {"1", "100", "100000"}) {
      columns.add(run("NameBenchmark", 1, Map.of("names", names)));
    }
    columns.add(run("NameBenchmark", 2, Map.of("names", "100")));
    line("");
    line("## By name, ns an increment");
    table(
        List.of("1 name", "100 names", "100,000 names", "100 names, 2 threads"),
        columns,
        "mapOfAtomicLong");
    Chart.write(folder.resolve("by-name.svg"), "By name, 100 names, ns", columns.get(1));
    line("");
    line("![by name](by-name.svg)");
  }

  private Map<String, Double> run(String benchmark, int threads, Map<String, String> params)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(benchmark)
            .threads(threads)
            .forks(forks)
            .warmupIterations(8)
            .warmupTime(TimeValue.milliseconds(100))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.milliseconds(50))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true);
    params.forEach(options::param);
    Collection<RunResult> results = new Runner(options.build()).run();
    Map<String, Double> nanos = new LinkedHashMap<>();
    for (RunResult result : results) {
      String name = result.getPrimaryResult().getLabel();
      nanos.put(name, result.getPrimaryResult().getStatistics().getPercentile(25));
      if (name.startsWith("sharedCounter")) {
        double bytes = result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
        nanos.put(name + " bytes", bytes);
      }
    }
    return nanos;
  }

  private void table(List<String> heads, List<Map<String, Double>> columns, String base) {
    line("");
    line("| | %s |", String.join(" | ", heads));
    line("|---%s|", "|---".repeat(heads.size()));
    for (String name : columns.get(0).keySet()) {
      StringBuilder row = new StringBuilder("| " + name + " |");
      for (Map<String, Double> column : columns) {
        double value = column.get(name);
        row.append(
            name.endsWith("bytes")
                ? String.format(Locale.ROOT, " %.3f |", value)
                : String.format(Locale.ROOT, " %.1f (%.2f x) |", value, value / column.get(base)));
      }
      line("%s", row);
    }
  }

  private void line(String format, Object... values) {
    page.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
