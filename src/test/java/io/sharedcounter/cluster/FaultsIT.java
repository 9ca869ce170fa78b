package io.sharedcounter.cluster;

import static io.sharedcounter.cluster.NodeProcesses.pause;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.cluster.FaultyNode.Work;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three members in processes of their own, killed, stopped, cut off and replaced at random while
 * they count; the whole history must be linearizable.
 */
class FaultsIT {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir private Path directory;

  private enum Fault {
    /** Killed and started again. */
    KILL,
    /** Closed in good order and started again. */
    RESTART,
    /** All killed at once. */
    KILL_ALL,
    STOP,
    /** A majority stopped. */
    STOP_TWO,
    /** One direction of one link cut. */
    CUT_ONE,
    /** A member cut off from the others, in both directions. */
    ISOLATE,
    /** Another one killed while links are cut. */
    KILL_WHILE_CUT,
    /** Another one stopped while links are cut. */
    STOP_WHILE_CUT,
    /** Killed, removed, emptied, and added again: it gets a snapshot. */
    EMPTY
  }

  @Test
  @Tag("proof")
  void noFaultMakesAnIncrementLostDoubledOrAReadOld() throws Exception {
    boolean isLong = "long".equals(System.getProperty("sharedcounter.proof"));
    long seed = Long.getLong("sharedcounter.seed", System.nanoTime());
    long seconds = Long.getLong("sharedcounter.seconds", isLong ? 600 : 12);
    log("seed " + seed + ", " + seconds + " s");
    try (NodeProcesses nodes = NodeProcesses.withLinks(directory, NAMES)) {
      for (String name : NAMES) {
        nodes.start(name, Start.BOOTSTRAP, Work.ONE_COUNTER);
      }
      awaitProgress(nodes, 0);
      Map<Fault, Integer> faults = disturb(nodes, new Random(seed), seconds);
      awaitProgress(nodes, history(nodes).highest());
      nodes.killAll();
      check(history(nodes), "seed " + seed + ", faults " + faults);
      if (isLong) {
        assertEquals(Set.of(Fault.values()), faults.keySet(), "faults that occurred");
      }
    }
  }

  private static Map<Fault, Integer> disturb(NodeProcesses nodes, Random random, long seconds)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    for (int i = 0; System.nanoTime() < end; i++) {
      // Each is killed once in any case: so one of them leads when it is killed.
      boolean isFirst = i < NAMES.size();
      String name = NAMES.get(isFirst ? i : random.nextInt(NAMES.size()));
      Fault fault = isFirst ? Fault.KILL : Fault.values()[random.nextInt(Fault.values().length)];
      log(fault + " " + name);
      inflict(nodes, fault, name, random);
      faults.merge(fault, 1, Integer::sum);
      pause(random.nextInt(3_000));
    }
    return faults;
  }

  private static void inflict(NodeProcesses nodes, Fault fault, String name, Random random)
      throws Exception {
    String other = NAMES.get((NAMES.indexOf(name) + 1 + random.nextInt(2)) % NAMES.size());
    switch (fault) {
      case KILL -> kill(nodes, List.of(name), random);
      case KILL_ALL -> kill(nodes, NAMES, random);
      case RESTART -> {
        nodes.tell(name, "close");
        kill(nodes, List.of(name), random);
      }
      case STOP -> stop(nodes, List.of(name), random);
      case STOP_TWO -> stop(nodes, List.of(name, other), random);
      case CUT_ONE, ISOLATE, KILL_WHILE_CUT, STOP_WHILE_CUT -> {
        cut(nodes.links(), fault, name, random);
        long before = nodes.written(name);
        pause(500 + random.nextInt(2_500));
        if (fault == Fault.ISOLATE) {
          assertEquals(0, nodes.doneSince(name, before), () -> name + " answered though cut off");
        }
        if (fault == Fault.KILL_WHILE_CUT) {
          kill(nodes, List.of(other), random);
        } else if (fault == Fault.STOP_WHILE_CUT) {
          stop(nodes, List.of(other), random);
        }
        nodes.links().heal();
      }
      case EMPTY -> empty(nodes, name, other);
    }
  }

  private static void kill(NodeProcesses nodes, List<String> names, Random random)
      throws Exception {
    for (String name : names) {
      nodes.kill(name);
    }
    pause(random.nextInt(1_500));
    for (String name : names) {
      nodes.start(name, Start.AGAIN, Work.ONE_COUNTER);
    }
  }

  private static void stop(NodeProcesses nodes, List<String> names, Random random)
      throws Exception {
    for (String name : names) {
      nodes.signal("STOP", name);
    }
    pause(500 + random.nextInt(2_500));
    for (String name : names) {
      nodes.signal("CONT", name);
    }
  }

  private static void cut(ProcessLinks links, Fault fault, String name, Random random) {
    boolean isOne = fault == Fault.CUT_ONE || (fault != Fault.ISOLATE && random.nextInt(3) == 0);
    if (isOne) {
      links.cut(links.all().get(random.nextInt(links.all().size())));
    } else {
      links.isolate(name);
      // What was on its way when the links were cut arrives.
      pause(300);
    }
  }

  /** Replaces a member that lost its disk, as an operator does, through another one. */
  private static void empty(NodeProcesses nodes, String name, String other) throws Exception {
    for (String one : NAMES) {
      // With a snapshot: a new member gets that, and of the log only what follows.
      tellUntilDone(nodes, one, "snapshot");
    }
    nodes.kill(name);
    tellUntilDone(nodes, other, "remove " + name);
    try (Stream<Path> files = Files.walk(nodes.directory(name))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    long before = nodes.written(name);
    nodes.start(name, Start.JOIN, Work.ONE_COUNTER);
    tellUntilDone(nodes, other, "add " + nodes.address(name));
    nodes.await(name + " to count again", () -> nodes.doneSince(name, before) > 0);
    try (Stream<Path> files = Files.walk(nodes.directory(name))) {
      List<String> all = files.map(file -> file.getFileName().toString()).toList();
      assertTrue(all.stream().anyMatch(file -> file.startsWith("snapshot.")), () -> "" + all);
      boolean isWhole = all.stream().anyMatch(file -> file.matches("log_(inprogress_)?0(-.*)?"));
      assertTrue(!isWhole, () -> name + " got the whole log and no snapshot: " + all);
    }
  }

  /** Again until it is done: there may be no leader yet, or the answer was lost on its way. */
  private static void tellUntilDone(NodeProcesses nodes, String name, String command) {
    nodes.await(
        name + " to " + command,
        () -> {
          String answer = nodes.tell(name, command);
          boolean isDone =
              List.of("done", "no member;", "member already;").stream().anyMatch(answer::contains);
          if (!isDone) {
            log(name + ", " + command + ": " + answer);
            pause(500);
          }
          return isDone;
        });
  }

  private static void log(String what) {
    System.getLogger("io.sharedcounter.test").log(System.Logger.Level.INFO, what);
  }

  private static void check(History history, String what) {
    assertEquals(List.of(), history.violations(), what);
    assertTrue(history.size() > 100, () -> what + ", only " + history.size() + " operations");
    log(
        "%s; %d operations, %d unknown, highest %d"
            .formatted(what, history.size(), history.unknowns(), history.highest()));
  }

  private static void awaitProgress(NodeProcesses nodes, long from) {
    nodes.await("progress past " + from, () -> history(nodes).highest() > from);
  }

  private static History history(NodeProcesses nodes) {
    return History.of(nodes, NAMES);
  }
}
