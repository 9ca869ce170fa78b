package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Start;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.CallId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first of the peers dies while it begins a cluster. */
class FoundingIT {
  @TempDir private Path directory;

  /** Does what the founder a does up to where it is killed: adds some of the others. */
  private static void beginAndDie(TestCluster cluster, List<String> added) throws Exception {
    Path mark = cluster.directory("a").resolve(Founding.MARK);
    Files.createDirectories(cluster.directory("a"));
    Files.writeString(mark, "");
    ClusterSettings settings = cluster.settings("a", Start.BOOTSTRAP).asClient();
    try (LeaderLink link = new LeaderLink(settings, 2_000)) {
      RaftGroup all = RaftGroup.valueOf(LeaderLink.GROUP, LeaderLink.peers(settings.peers()));
      for (String name : added) {
        GroupManagementRequest add =
            GroupManagementRequest.newAdd(
                link.client().getId(),
                RaftPeerId.valueOf(name),
                CallId.getAndIncrement(),
                all,
                true);
        assertTrue(link.client().getClientRpc().sendRequest(add).isSuccess());
      }
    }
  }

  private static long applied(TestCluster cluster, String name) {
    return Objects.requireNonNull(cluster.cluster(name).numbers().get("LastApplied"));
  }

  @Test
  void aFounderThatDiesBeforeItAddsItselfGoesOnThoughTheOthersHaveBegun() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, "a", "b", "c")) {
      cluster.open("b", Start.BOOTSTRAP);
      cluster.open("c", Start.BOOTSTRAP);
      beginAndDie(cluster, List.of("b", "c"));
      cluster.leader();
      assertEquals(1, cluster.on("b").increment("n"));

      cluster.open("a", Start.BOOTSTRAP);
      assertEquals(2, cluster.on("a").increment("n"));
      assertFalse(Files.exists(cluster.directory("a").resolve(Founding.MARK)));
      // A vote of a member with nothing in its log does not count, and the others reach it late.
      String leader = cluster.leader();
      long applied = applied(cluster, leader);
      TestCluster.await("a to catch up", () -> applied(cluster, "a") >= applied);
      cluster.stop(leader);
      String left = cluster.find("a").isPresent() ? "a" : "b";
      assertEquals(3, cluster.on(left).increment("n"));
    }
  }

  @Test
  void aFounderThatDiesAmongTheOthersAddsTheRest() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, "a", "b", "c")) {
      cluster.open("b", Start.BOOTSTRAP);
      ClusterMember c = cluster.open("c", Start.BOOTSTRAP);
      beginAndDie(cluster, List.of("b"));
      assertEquals("waiting for 'a' to begin the cluster", c.state());

      cluster.open("a", Start.BOOTSTRAP);
      cluster.leader();
      assertEquals(1, cluster.on("c").increment("n"));
      assertEquals(2, cluster.on("a").increment("n"));
    }
  }

  @Test
  void aMemberThatLostItsDiskIsRefusedThoughTheMarkCameBack() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, "a", "b", "c").begin()) {
      assertEquals(1, cluster.on("a").increment("n"));
      cluster.stop("a");
      Path mark = cluster.directory("a").resolve(Founding.MARK);
      assertFalse(Files.exists(mark));
      // As if it had been killed between the two steps: beside a member it is taken away.
      Files.writeString(mark, "");
      cluster.open("a", Start.BOOTSTRAP);
      assertEquals(2, cluster.on("a").increment("n"));
      assertFalse(Files.exists(mark));
      cluster.stop("a");
      cluster.empty("a");
      String message =
          assertThrows(IllegalArgumentException.class, () -> cluster.open("a", Start.BOOTSTRAP))
              .getMessage();
      assertTrue(message.contains("has a cluster already; if this member lost"), message);
    }
  }
}
