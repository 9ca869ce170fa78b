package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.cluster.FaultyNode.Work;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The leader is killed again and again under load; every request increments a counter of its own,
 * so what became of each one can be seen in the end.
 */
class LeaderKillsIT {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int ENOUGH = 20;

  @TempDir private Path directory;

  private record Kill(String leader, long at) {}

  @Test
  @Tag("long")
  void afterKillsOfTheLeaderWhatWasAcknowledgedIsThereOnceAndWhatIsUnknownAtMostOnce()
      throws Exception {
    int count = Integer.getInteger("sharedcounter.kills", 100);
    long seed = Long.getLong("sharedcounter.seed", System.nanoTime());
    try (NodeProcesses nodes = NodeProcesses.of(directory, NAMES)) {
      for (String name : NAMES) {
        nodes.start(name, Start.BOOTSTRAP, Work.OWN_COUNTERS);
      }
      ClusterSettings settings =
          new ClusterSettings(
              ClusterSettings.parsePeers(nodes.peers()),
              Duration.ofSeconds(10),
              Optional.empty(),
              Optional.empty());
      try (Cluster client = Cluster.open(settings)) {
        List<Kill> kills = kill(nodes, client, count, new Random(seed));
        nodes.killAll();
        String what = "seed " + seed + ", " + count + " kills of the leader; ";
        Map<String, List<NodeProcesses.Line>> lines = new TreeMap<>();
        for (String name : NAMES) {
          lines.put(name, nodes.lines(name));
          nodes.start(name, Start.AGAIN, Work.NONE);
        }
        what += check(lines, read(nodes, client)) + waits(lines, kills);
        System.getLogger("io.sharedcounter.test").log(System.Logger.Level.INFO, what);
      }
    }
  }

  private static List<Kill> kill(NodeProcesses nodes, Cluster client, int count, Random random)
      throws Exception {
    List<Kill> kills = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, Long> before = positions(nodes);
      nodes.await("all three to count", () -> haveCounted(nodes, before));
      NodeProcesses.pause(random.nextInt(300));
      String leader = leader(nodes, client);
      Map<String, Long> survivors = positions(nodes);
      survivors.remove(leader);
      kills.add(new Kill(leader, System.nanoTime()));
      nodes.kill(leader);
      nodes.await("the others to go on", () -> haveCounted(nodes, survivors));
      nodes.start(leader, Start.AGAIN, Work.OWN_COUNTERS);
    }
    Map<String, Long> before = positions(nodes);
    nodes.await("all three to count at the end", () -> haveCounted(nodes, before));
    return kills;
  }

  private static Map<String, Long> positions(NodeProcesses nodes) {
    Map<String, Long> positions = new HashMap<>();
    NAMES.forEach(name -> positions.put(name, nodes.written(name)));
    return positions;
  }

  private static boolean haveCounted(NodeProcesses nodes, Map<String, Long> positions) {
    return positions.entrySet().stream()
        .allMatch(from -> nodes.doneSince(from.getKey(), from.getValue()) >= ENOUGH);
  }

  static String leader(NodeProcesses nodes, Cluster client) {
    List<String> leaders = new ArrayList<>();
    nodes.await(
        "one leader",
        () -> {
          leaders.clear();
          client
              .describe()
              .forEach(
                  (peer, said) -> {
                    if (said.startsWith("LEADER")) {
                      leaders.add(peer.substring(0, peer.indexOf('@')));
                    }
                  });
          return leaders.size() == 1;
        });
    return leaders.get(0);
  }

  /** Returns all counters as each of the members in turn, made the leader, has them. */
  private static Map<String, Long> read(NodeProcesses nodes, Cluster client) {
    CounterSettings settings = CounterSettings.of("n");
    List<Map<String, Long>> read = new ArrayList<>();
    CounterRegistry registry = new CounterRegistry(settings, client.ledger(settings));
    for (String name : NAMES) {
      nodes.await(name + " to lead", () -> isMadeLeader(client, name));
      read.add(registry.getAllCounters());
    }
    registry.close();
    assertTrue(read.get(0).equals(read.get(1)), "two members have not the same counters");
    assertTrue(read.get(0).equals(read.get(2)), "two members have not the same counters");
    return read.get(0);
  }

  private static boolean isMadeLeader(Cluster client, String name) {
    try {
      client.transferLeadership(name);
      return client.describe().entrySet().stream()
          .anyMatch(
              peer -> peer.getKey().startsWith(name + "@") && peer.getValue().startsWith("LEADER"));
    } catch (IllegalStateException e) {
      return false; // It has not caught up, or there is no leader yet.
    }
  }

  private static String check(
      Map<String, List<NodeProcesses.Line>> lines, Map<String, Long> found) {
    Map<String, Long> rest = new HashMap<>(found);
    List<String> wrong = new ArrayList<>();
    int known = 0;
    int unknown = 0;
    int unknownFound = 0;
    for (List<NodeProcesses.Line> ofOne : lines.values()) {
      for (NodeProcesses.Line line : ofOne) {
        Long value = rest.remove("r" + line.id());
        if (line.isKnown()) {
          known++;
          if (line.value() != 1 || value == null || value != 1) {
            wrong.add(line + " was acknowledged and is " + value);
          }
        } else {
          unknown++;
          unknownFound += value == null ? 0 : 1;
          if (value != null && value != 1) {
            wrong.add(line + " is unknown and is " + value);
          }
        }
      }
    }
    rest.forEach((name, value) -> wrong.add(name + " was not applied and is " + value));
    assertEquals(List.of(), wrong);
    assertTrue(known > 100, "only " + known);
    return known + " acknowledged, " + unknown + " unknown, " + unknownFound + " of them found";
  }

  /** Returns how long the callers of those who lived on waited at most, kill by kill. */
  private static String waits(Map<String, List<NodeProcesses.Line>> lines, List<Kill> kills) {
    List<Long> waits = new ArrayList<>();
    for (Kill kill : kills) {
      long longest = 0;
      for (Map.Entry<String, List<NodeProcesses.Line>> ofOne : lines.entrySet()) {
        for (NodeProcesses.Line line : ofOne.getValue()) {
          boolean isMet = line.start() - kill.at() < 200_000_000 && line.end() - kill.at() > 0;
          if (!ofOne.getKey().equals(kill.leader()) && line.isKnown() && isMet) {
            longest = Math.max(longest, line.end() - Math.max(line.start(), kill.at()));
          }
        }
      }
      waits.add(longest / 1_000_000);
    }
    waits.sort(null);
    return "; longest wait of the others' callers in ms, median "
        + waits.get(waits.size() / 2)
        + ", p90 "
        + waits.get(waits.size() * 9 / 10)
        + ", most "
        + waits.get(waits.size() - 1);
  }
}
