package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Members in processes of their own, each a {@link FaultyNode}, to be killed and stopped. Confined
 * to the test's thread.
 */
final class NodeProcesses implements AutoCloseable {
  private final Path directory;
  private final List<String> names;
  private final String peers;
  private final Map<String, Process> processes = new HashMap<>();

  /**
   * What a member wrote down of a request that was or may have been applied. Immutable.
   *
   * @param id its number, of no other request of any process
   * @param kind i for an increment, r for a read
   * @param start when it began, in nanoseconds by the machine's one steady clock
   * @param end when it had ended; {@code Long.MAX_VALUE} if what became of it is not known
   * @param value what it returned
   */
  record Line(String id, String kind, long start, long end, long value) {
    static Line of(String[] begun, String[] ended) {
      boolean isKnown = ended.length > 0;
      return new Line(
          begun[1],
          begun[2],
          Long.parseLong(begun[3]),
          isKnown ? Long.parseLong(ended[2]) : Long.MAX_VALUE,
          isKnown ? Long.parseLong(ended[3]) : 0);
    }

    boolean isKnown() {
      return end != Long.MAX_VALUE;
    }
  }

  /** Finds a port for each of the names; starts nothing. */
  NodeProcesses(Path directory, List<String> names) {
    this.directory = directory;
    this.names = names;
    List<Integer> ports = FreePorts.find(names.size());
    List<String> all = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      all.add(names.get(i) + "@127.0.0.1:" + ports.get(i));
    }
    peers = String.join(",", all);
  }

  String peers() {
    return peers;
  }

  void start(String name, boolean bootstrap, FaultyNode.Work work) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            FaultyNode.class.getName(),
            name,
            peers,
            directory.resolve(name).toString(),
            Boolean.toString(bootstrap),
            history(name).toString(),
            work.name());
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(directory.resolve("log-" + name).toFile()));
    processes.put(name, builder.start());
  }

  private Process process(String name) {
    return Objects.requireNonNull(processes.get(name));
  }

  void kill(String name) throws InterruptedException {
    process(name).destroyForcibly().waitFor();
  }

  void killAll() {
    processes.values().forEach(Process::destroyForcibly);
    processes.values().forEach(process -> process.onExit().join());
  }

  void signal(String signal, String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process(name).pid())).start().waitFor();
  }

  static void pause(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long rest; (rest = end - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(rest);
    }
  }

  /** Waits for long, as machines can be busy; fails with what the members logged. */
  void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, () -> "waited in vain for " + what + "\n" + logs());
      pause(50);
    }
  }

  private String logs() {
    StringBuilder all = new StringBuilder();
    for (String name : names) {
      try {
        String log = Files.readString(directory.resolve("log-" + name));
        all.append("log of ").append(name).append('\n').append(log);
      } catch (IOException e) {
        all.append(e).append('\n');
      }
    }
    return all.toString();
  }

  private Path history(String name) {
    return directory.resolve("history-" + name);
  }

  /** Returns how long a member's history is. */
  long written(String name) {
    return history(name).toFile().length();
  }

  /** Returns how many requests a member wrote down as done after that much of its history. */
  long doneSince(String name, long position) {
    try (RandomAccessFile file = new RandomAccessFile(history(name).toFile(), "r")) {
      byte[] rest = new byte[Math.toIntExact(file.length() - position)];
      file.seek(position);
      file.readFully(rest);
      String text = new String(rest, StandardCharsets.US_ASCII);
      return text.lines().filter(line -> line.startsWith("E ")).count();
    } catch (IOException e) {
      return 0; // Not there yet.
    }
  }

  /** Returns what a member wrote down, except for what it knows not to have been applied. */
  List<Line> lines(String name) {
    List<Line> lines = new ArrayList<>();
    Map<String, String[]> open = new HashMap<>();
    for (String line : all(name)) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("S") && words.length == 4) {
        open.put(words[1], words);
      } else if (words[0].equals("N")) {
        open.remove(words[1]);
      } else if (words[0].equals("E") && words.length == 4 && !words[3].isEmpty()) {
        lines.add(Line.of(Objects.requireNonNull(open.remove(words[1])), words));
      }
    }
    open.values().forEach(begun -> lines.add(Line.of(begun, new String[0])));
    return lines;
  }

  private List<String> all(String name) {
    try {
      return Files.exists(history(name)) ? Files.readAllLines(history(name)) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    killAll();
  }
}
