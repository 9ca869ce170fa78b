package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three members in processes of their own, killed and stopped at random while they count; the whole
 * history must be linearizable.
 */
class FaultsIT {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir private Path directory;
  private final Map<String, Process> processes = new HashMap<>();
  private String peers = "";

  @AfterEach
  void killAll() throws InterruptedException {
    for (Process process : processes.values()) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  @Tag("proof")
  void noFaultMakesAnIncrementLostDoubledOrAReadOld() throws Exception {
    boolean isLong = "long".equals(System.getProperty("sharedcounter.proof"));
    long seed = Long.getLong("sharedcounter.seed", System.nanoTime());
    long seconds = Long.getLong("sharedcounter.seconds", isLong ? 600 : 12);
    Random random = new Random(seed);
    List<Integer> ports = FreePorts.find(3);
    peers =
        "a@127.0.0.1:"
            + ports.get(0)
            + ",b@127.0.0.1:"
            + ports.get(1)
            + ",c@127.0.0.1:"
            + ports.get(2);
    for (String name : NAMES) {
      start(name, true);
    }
    awaitProgress(0);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<String> faults = new ArrayList<>();
    while (System.nanoTime() < end) {
      String name = NAMES.get(random.nextInt(3));
      switch (random.nextInt(3)) {
        case 0 -> {
          faults.add("kill " + name);
          kill(name);
          pause(random.nextInt(1_500));
          start(name, false);
        }
        case 1 -> {
          faults.add("stop " + name);
          signal("STOP", name);
          pause(500 + random.nextInt(2_500));
          signal("CONT", name);
        }
        default -> {
          String other = NAMES.get((NAMES.indexOf(name) + 1) % 3);
          faults.add("stop " + name + " and " + other);
          signal("STOP", name);
          signal("STOP", other);
          pause(500 + random.nextInt(2_000));
          signal("CONT", name);
          signal("CONT", other);
        }
      }
      pause(random.nextInt(3_000));
    }
    long before = history().highest();
    awaitProgress(before);
    for (String name : NAMES) {
      kill(name);
    }
    History history = history();
    String what = "seed " + seed + ", faults " + faults;
    assertEquals(List.of(), history.violations(), what);
    assertTrue(history.size() > 100, () -> what + ", only " + history.size() + " operations");
    System.getLogger("io.sharedcounter.test")
        .log(
            System.Logger.Level.INFO,
            "{0}; {1} operations, {2} unknown, highest {3}",
            what,
            history.size(),
            history.unknowns(),
            history.highest());
  }

  private void start(String name, boolean bootstrap) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx160m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            FaultyNode.class.getName(),
            name,
            peers,
            directory.resolve(name).toString(),
            Boolean.toString(bootstrap),
            directory.resolve("history-" + name).toString());
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(directory.resolve("log-" + name).toFile()));
    processes.put(name, builder.start());
  }

  private Process process(String name) {
    return java.util.Objects.requireNonNull(processes.get(name));
  }

  private void kill(String name) throws InterruptedException {
    process(name).destroyForcibly().waitFor();
  }

  private void signal(String signal, String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process(name).pid())).start().waitFor();
  }

  private static void pause(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long rest; (rest = end - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(rest);
    }
  }

  private void awaitProgress(long from) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (history().highest() <= from) {
      assertTrue(System.nanoTime() < end, "no progress past " + from + "\n" + logs());
      pause(200);
    }
  }

  private String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : NAMES) {
      all.append("log of ").append(name).append('\n');
      all.append(Files.readString(directory.resolve("log-" + name)));
    }
    return all.toString();
  }

  private History history() throws IOException {
    History history = new History();
    for (String name : NAMES) {
      Path file = directory.resolve("history-" + name);
      if (!Files.exists(file)) {
        continue;
      }
      Map<String, String[]> open = new HashMap<>();
      for (String line : Files.readAllLines(file)) {
        String[] words = line.split(" ", -1);
        if (words[0].equals("S") && words.length == 4) {
          open.put(words[1], words);
        } else if (words[0].equals("N")) {
          open.remove(words[1]);
        } else if (words[0].equals("E") && words.length == 4 && !words[3].isEmpty()) {
          String[] begun = open.remove(words[1]);
          add(history, java.util.Objects.requireNonNull(begun), words);
        }
      }
      for (String[] begun : open.values()) {
        if (begun[2].equals("i")) {
          history.unknownIncrement(Long.parseLong(begun[3]));
        }
      }
    }
    return history;
  }

  private static void add(History history, String[] begun, String[] ended) {
    long start = Long.parseLong(begun[3]);
    long end = Long.parseLong(ended[2]);
    long value = Long.parseLong(ended[3]);
    if (begun[2].equals("r")) {
      history.read(start, end, value);
    } else {
      history.increment(start, end, value);
    }
  }
}
