package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.fail;

import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.testing.Faults;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Members in processes of their own, each a {@link FaultyNode}, to be killed and stopped. Confined
 * to the test's thread.
 */
final class NodeProcesses implements AutoCloseable {
  private final Path directory;
  private final List<String> names;
  private final Map<String, String> addresses = new LinkedHashMap<>();
  private final Map<String, Process> processes = new HashMap<>();
  private final @Nullable ProcessLinks links;
  private @Nullable Path disk;

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
  static NodeProcesses of(Path directory, List<String> names) throws IOException {
    return new NodeProcesses(directory, names, false);
  }

  /** The same, with links that can be cut. */
  static NodeProcesses withLinks(Path directory, List<String> names) throws IOException {
    return new NodeProcesses(directory, names, true);
  }

  private NodeProcesses(Path directory, List<String> names, boolean hasLinks) throws IOException {
    this.directory = directory;
    this.names = names;
    Map<String, Integer> ports = new LinkedHashMap<>();
    List<Integer> free = FreePorts.find(names.size());
    for (String name : names) {
      int port = free.get(ports.size());
      ports.put(name, port);
      String host = hasLinks ? ProcessLinks.host(name) : "127.0.0.1";
      addresses.put(name, name + "@" + host + ":" + port);
    }
    links = hasLinks ? new ProcessLinks(directory, ports) : null;
  }

  String peers() {
    return String.join(",", addresses.values());
  }

  String address(String name) {
    return Objects.requireNonNull(addresses.get(name));
  }

  /** Lets the processes to come see their disks through that library; see {@link #faults}. */
  void seeDisksThrough(Path library) {
    disk = library;
  }

  /** Returns what lets the calls of a member to its disk fail. */
  Faults faults(String name) throws IOException {
    return Faults.open(control(name));
  }

  private Path control(String name) {
    return directory.resolve("control-" + name);
  }

  ProcessLinks links() {
    return Objects.requireNonNull(links);
  }

  Path directory(String name) {
    return directory.resolve(name);
  }

  void start(String name, Start how, FaultyNode.Work work) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    if (links != null) {
      command.add(links.option(name));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(FaultyNode.class.getName());
    command.addAll(List.of(name, peers(), directory(name).toString(), how.name()));
    command.addAll(List.of(history(name).toString(), work.name()));
    ProcessBuilder builder = new ProcessBuilder(command);
    if (disk != null) {
      builder.environment().put("LD_PRELOAD", disk.toString());
      builder.environment().put("DISK_ROOT", directory(name).toString());
      builder.environment().put("DISK_CONTROL", Faults.create(control(name)).toString());
    }
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

  /** Has a member do something; returns {@code done}, or what was refused. */
  String tell(String name, String command) {
    long before = written(name);
    OutputStream in = process(name).getOutputStream();
    try {
      in.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " has ended\n" + logs(), e);
    }
    List<String> answer = new ArrayList<>();
    await(
        name + " to " + command,
        () -> {
          writtenSince(name, before)
              .lines()
              .filter(line -> line.startsWith("C "))
              .forEach(line -> answer.add(line.substring(2)));
          return !answer.isEmpty();
        });
    return answer.get(0);
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
      if (System.nanoTime() >= end) {
        askForStacks();
        fail("waited in vain for " + what + "\n" + logs());
      }
      pause(50);
    }
  }

  /** Lets every member that runs write into its log where its threads are. */
  private void askForStacks() {
    for (String name : names) {
      if (processes.containsKey(name) && process(name).isAlive()) {
        try {
          signal("QUIT", name);
        } catch (IOException | InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
    pause(2_000);
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

  /** Returns how many requests a member began and finished after that much of its history. */
  long doneSince(String name, long position) {
    Set<String> begun = new HashSet<>();
    long done = 0;
    for (String line : writtenSince(name, position).split("\n", -1)) {
      String[] words = line.split(" ", 3);
      if (words[0].equals("S")) {
        begun.add(words[1]);
      } else if (words[0].equals("E") && begun.contains(words[1])) {
        done++;
      }
    }
    return done;
  }

  /** Returns the whole lines after that much of a member's history. */
  private String writtenSince(String name, long position) {
    try (RandomAccessFile file = new RandomAccessFile(history(name).toFile(), "r")) {
      byte[] rest = new byte[Math.toIntExact(file.length() - position)];
      file.seek(position);
      file.readFully(rest);
      String text = new String(rest, StandardCharsets.US_ASCII);
      return text.substring(0, text.lastIndexOf('\n') + 1);
    } catch (IOException e) {
      return ""; // Not there yet.
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
    if (links != null) {
      links.close();
    }
  }
}
