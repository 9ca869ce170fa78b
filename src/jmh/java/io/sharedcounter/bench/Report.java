package io.sharedcounter.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
 * Runs all benchmarks, each in a JVM of its own, and writes the figures of this Java version and
 * their charts.
 *
 * <p>Arguments: the folder to write to, and {@code short} for a run that shows in a minute that
 * everything runs, with figures that mean nothing. Of each JMH benchmark's many short iterations
 * the fastest quarter's edge is shown, which other load on the machine moves least. Confined to one
 * thread.
 */
public final class Report {
  private final Path folder;
  private final boolean isShort;
  private final StringBuilder page = new StringBuilder();
  private boolean hasFailed;

  private Report(Path folder, boolean isShort) {
    this.folder = folder;
    this.isShort = isShort;
  }

  /** Runs everything. */
  public static void main(String[] args) throws Exception {
    new Report(Path.of(args[0]), args.length > 1 && args[1].equals("short")).run();
  }

  private void run() throws Exception {
    Files.createDirectories(folder);
    header();
    byHandle();
    byName();
    beside();
    section("Heap a counter");
    program("-Xmx2g", Footprint.class, isShort ? "1000" : "100000");
    registration();
    section("Costs of growing");
    line(
        "Time that the calling thread was given (short calls and files: time by the wall), the least"
            + " of several; exponents k of n^k, fitted from 1,000 on. n log n is some 1.1; what a"
            + " thousand counters find in the processor's caches and a million do not, adds as much"
            + " again or more: the rows in brackets are the JDK's own, for comparison. MBeans are"
            + " measured up to 100,000.");
    program("-Xmx3g", Growth.class, isShort ? "1000" : "1000000");
    section("Listing in-process");
    program("-Xmx2g", Listing.class, isShort ? "10000" : "1000000");
    section("Jolokia: requests a second");
    line(
        "The bare one is a `JolokiaHttpHandler` on the same kind of server, with a plain MXBean, no");
    line("user and no check; ours has them all, and a logged-in user. In turns within one run;");
    line(
        "medians, the ratio that of neighbouring rounds. The clients take their share of the same");
    line("processors.");
    line("");
    program("-Xmx1g", Throughput.class, isShort ? new String[] {"1", "50"} : throughput());
    section("Jolokia: all counters, clients in the same heap");
    for (String heap : isShort ? List.of("-Xmx256m") : List.of("-Xmx256m", "-Xmx512m")) {
      program(heap, HttpListing.class, isShort ? new String[] {"1", "1000"} : listing());
      line("");
    }
    if (hasFailed) {
      throw new IllegalStateException("a part failed; the page says which");
    }
  }

  private static String[] throughput() {
    return new String[] {"7", "1500"};
  }

  private static String[] listing() {
    return new String[] {"7", "100000", "1000000"};
  }

  private static int feature() {
    return Runtime.version().feature();
  }

  private void header() throws IOException {
    line("# Figures, Java %d", feature());
    line("");
    line(
        "%s, %s %s, %s, %d processors, %s; load of the machine at the start: %s.",
        LocalDate.now(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        first("/proc/cpuinfo", "model name"),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        first("/proc/loadavg", ""));
    line("");
    line(
        "JMH: 2 forks of 20 iterations of 50 ms; the 25th percentile is shown. Each column is one");
    line("run; only ratios within a column mean something.");
  }

  private static String first(String file, String start) throws IOException {
    if (!Files.exists(Path.of(file))) {
      return "unknown";
    }
    return Files.readAllLines(Path.of(file)).stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  private void byHandle() throws RunnerException, IOException {
    List<Map<String, Double>> columns = new ArrayList<>();
    for (int threads : isShort ? new int[] {1} : new int[] {1, 2, 4}) {
      columns.add(run("HandleBenchmark", threads, Map.of()));
    }
    section("One counter by handle, ns an increment");
    table(List.of("1 thread", "2 threads", "4 threads"), columns, "atomicLong");
    chart("by-handle", "By handle, 1 thread, ns an increment", columns.get(0));
  }

  private void byName() throws RunnerException, IOException {
    List<Map<String, Double>> columns = new ArrayList<>();
    for (int threads : isShort ? new int[] {1} : new int[] {1, 2, 4}) {
      columns.add(run("NameBenchmark", threads, Map.of("names", "100")));
    }
    for (String names : isShort ? new String[0] : new String[] {"1", "100000"}) {
      columns.add(run("NameBenchmark", 1, Map.of("names", names)));
    }
    section("By name, ns an increment");
    table(
        List.of("100 names", "2 threads", "4 threads", "1 name", "100,000 names"),
        columns,
        "mapOfAtomicLong");
    chart("by-name", "By name, 100 names, 1 thread, ns an increment", columns.get(0));
  }

  private void beside() throws RunnerException {
    section("Archived and kept namespaces used in the same JVM, ns an increment");
    table(List.of("1 thread"), List.of(run("LoadedBenchmark", 1, Map.of())), "atomicLong");
  }

  private void registration() throws RunnerException {
    Map<String, Double> millis = run("RegistrationBenchmark", 1, Map.of());
    section("1,000 new counters, ms");
    line("`plainMBeans` are 1,000 `StandardMBean`s on the same kind of MBean server; the first of");
    line("each fork is what a JVM just started needs.");
    line("");
    line("| | warm | the first |");
    line("|---|---|---|");
    millis.forEach(
        (name, value) -> {
          if (millis.containsKey(name + " first")) {
            line("| %s | %.1f | %.1f |", name, value, millis.get(name + " first"));
          }
        });
  }

  private Map<String, Double> run(String benchmark, int threads, Map<String, String> params)
      throws RunnerException {
    boolean isOnce = benchmark.startsWith("Registration");
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\." + benchmark + "\\.")
            .threads(threads)
            .forks(isShort ? 1 : 2)
            .warmupIterations(isOnce ? 0 : isShort ? 1 : 8)
            .warmupTime(TimeValue.milliseconds(isShort ? 20 : 100))
            .measurementIterations(isShort ? 2 : isOnce ? 40 : 20)
            .measurementTime(TimeValue.milliseconds(isShort ? 20 : 50))
            .shouldFailOnError(true);
    if (!isOnce) {
      options.addProfiler(GCProfiler.class);
    }
    params.forEach(options::param);
    Collection<RunResult> results = new Runner(options.build()).run();
    Map<String, Double> found = new LinkedHashMap<>();
    for (RunResult result : results) {
      String name = result.getPrimaryResult().getLabel();
      found.put(name, result.getPrimaryResult().getStatistics().getPercentile(25));
      if (isOnce) {
        found.put(
            name + " first",
            result
                .getBenchmarkResults()
                .iterator()
                .next()
                .getIterationResults()
                .iterator()
                .next()
                .getPrimaryResult()
                .getScore());
      } else if (name.startsWith("sharedCounter")) {
        double bytes = result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
        found.put(name + " bytes", bytes);
      }
    }
    return found;
  }

  /** Runs a main class in a JVM of its own and takes over what it prints. */
  private void program(String heap, Class<?> main, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Agrona needs the package.
    command.addAll(List.of(heap, "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    System.out.println("# " + main.getSimpleName() + " " + heap);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      page.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } finally {
      process.destroy();
    }
    if (process.waitFor() != 0) {
      hasFailed = true;
      line("**%s failed**; see what the run printed.", main.getSimpleName());
    }
    save();
  }

  // After each part, so that a failure late in the run costs no more than that part.
  private void save() throws IOException {
    Files.writeString(folder.resolve("figures-java" + feature() + ".md"), page);
  }

  private void chart(String name, String title, Map<String, Double> bars) throws IOException {
    String file = name + "-java" + feature() + ".svg";
    Chart.write(folder.resolve(file), title + ", Java " + feature(), bars);
    line("");
    line("![%s](%s)", title, file);
  }

  private void table(List<String> heads, List<Map<String, Double>> columns, String base) {
    line("| | %s |", String.join(" | ", heads.subList(0, columns.size())));
    line("|---%s|", "|---".repeat(columns.size()));
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

  private void section(String title) {
    line("");
    line("## %s", title);
    line("");
  }

  private void line(String format, Object... values) {
    page.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
