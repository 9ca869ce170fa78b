package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.cluster.FaultyNode.Work;
import io.sharedcounter.testing.Disk;
import io.sharedcounter.testing.Faults.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks of members are full: these stop and say so, a majority goes on, nothing is wrong after. */
@Tag("proof")
@Tag("compiler")
class DiskFullIT {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int ENOUGH = 20;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"true, FULL_AFTER_HALF", "false, FULL"})
  void theOthersGoOnAndItComesBackWhenThereIsRoom(boolean isLeader, Fault fault) throws Exception {
    try (NodeProcesses nodes = NodeProcesses.of(directory, NAMES)) {
      begin(nodes);
      String leader = leader(nodes);
      List<String> others = new ArrayList<>(NAMES);
      String full = isLeader ? leader : NAMES.get((NAMES.indexOf(leader) + 1) % 3);
      others.remove(full);

      nodes.faults(full).arm(1, fault);
      nodes.await(
          full + " to say that it stopped",
          () -> {
            String state = nodes.tell(full, "state");
            return state.startsWith("stopped: ")
                && state.contains("No space left on device")
                && state.endsWith("start this member again");
          });
      awaitMore(nodes, others);

      assertComeBack(nodes, List.of(full));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aMajorityRefusesUntilThereIsRoomAndThenAllIsThere(int count) throws Exception {
    try (NodeProcesses nodes = NodeProcesses.of(directory, NAMES)) {
      begin(nodes);
      List<String> full = NAMES.subList(0, count);

      for (String name : full) {
        nodes.faults(name).arm(1, Fault.FULL);
      }
      for (String name : NAMES) {
        nodes.await(
            name + " to say that it cannot go on",
            () -> nodes.tell(name, "state").matches("stopped: .*|no leader: .*"));
      }

      assertComeBack(nodes, full);
    }
  }

  private void begin(NodeProcesses nodes) throws Exception {
    nodes.seeDisksThrough(Disk.compile(directory));
    for (String name : NAMES) {
      nodes.start(name, Start.BOOTSTRAP, Work.ONE_COUNTER);
    }
    awaitMore(nodes, NAMES);
  }

  /** Makes room and starts those again, upon which all members count, and nothing was wrong. */
  private static void assertComeBack(NodeProcesses nodes, List<String> full) throws Exception {
    for (String name : full) {
      nodes.faults(name).disarm();
      nodes.kill(name);
      nodes.start(name, Start.AGAIN, Work.ONE_COUNTER);
    }
    awaitMore(nodes, NAMES);
    nodes.killAll();
    assertEquals(List.of(), History.of(nodes, NAMES).violations());
  }

  private static String leader(NodeProcesses nodes) {
    ClusterSettings settings =
        new ClusterSettings(
            ClusterSettings.parsePeers(nodes.peers()),
            Duration.ofSeconds(10),
            Optional.empty(),
            Optional.empty());
    try (Cluster client = Cluster.open(settings)) {
      return LeaderKillsIT.leader(nodes, client);
    }
  }

  private static void awaitMore(NodeProcesses nodes, List<String> names) {
    for (String name : names) {
      long before = nodes.written(name);
      nodes.await(name + " to count", () -> nodes.doneSince(name, before) >= ENOUGH);
    }
  }
}
