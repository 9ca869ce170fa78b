package io.sharedcounter.cluster;

import static io.sharedcounter.cluster.NodeProcesses.pause;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.FaultyNode.Work;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

  @Test
  @Tag("proof")
  void noFaultMakesAnIncrementLostDoubledOrAReadOld() throws Exception {
    boolean isLong = "long".equals(System.getProperty("sharedcounter.proof"));
    long seed = Long.getLong("sharedcounter.seed", System.nanoTime());
    long seconds = Long.getLong("sharedcounter.seconds", isLong ? 600 : 12);
    Random random = new Random(seed);
    try (NodeProcesses nodes = new NodeProcesses(directory, NAMES)) {
      for (String name : NAMES) {
        nodes.start(name, true, Work.ONE_COUNTER);
      }
      awaitProgress(nodes, 0);
      List<String> faults = disturb(nodes, random, seconds);
      awaitProgress(nodes, history(nodes).highest());
      nodes.killAll();
      check(history(nodes), "seed " + seed + ", faults " + faults);
    }
  }

  private static List<String> disturb(NodeProcesses nodes, Random random, long seconds)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<String> faults = new ArrayList<>();
    while (System.nanoTime() < end) {
      // Each is killed once in any case: so one of them leads when it is killed.
      boolean isFirst = faults.size() < NAMES.size();
      String name = NAMES.get(isFirst ? faults.size() : random.nextInt(3));
      switch (isFirst ? 0 : random.nextInt(3)) {
        case 0 -> {
          faults.add("kill " + name);
          nodes.kill(name);
          pause(random.nextInt(1_500));
          nodes.start(name, false, Work.ONE_COUNTER);
        }
        case 1 -> {
          faults.add("stop " + name);
          nodes.signal("STOP", name);
          pause(500 + random.nextInt(2_500));
          nodes.signal("CONT", name);
        }
        default -> {
          String other = NAMES.get((NAMES.indexOf(name) + 1) % 3);
          faults.add("stop " + name + " and " + other);
          nodes.signal("STOP", name);
          nodes.signal("STOP", other);
          pause(500 + random.nextInt(2_000));
          nodes.signal("CONT", name);
          nodes.signal("CONT", other);
        }
      }
      pause(random.nextInt(3_000));
    }
    return faults;
  }

  private static void check(History history, String what) {
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

  private static void awaitProgress(NodeProcesses nodes, long from) {
    nodes.await("progress past " + from, () -> history(nodes).highest() > from);
  }

  private static History history(NodeProcesses nodes) {
    History history = new History();
    for (String name : NAMES) {
      for (NodeProcesses.Line line : nodes.lines(name)) {
        boolean isRead = line.kind().equals("r");
        if (line.isKnown() && isRead) {
          history.read(line.start(), line.end(), line.value());
        } else if (line.isKnown()) {
          history.increment(line.start(), line.end(), line.value());
        } else if (!isRead) {
          history.unknownIncrement(line.start());
        }
      }
    }
    return history;
  }
}
