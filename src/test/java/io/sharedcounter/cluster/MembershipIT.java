package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Start;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that come, go, lose their disk and are replaced. */
@Tag("slow")
class MembershipIT {
  @TempDir private Path directory;

  @Test
  void aMemberThatLostItsDiskNeverVotesAgainUntilItIsReplaced() throws Exception {
    try (TestCluster cluster =
        new TestCluster(directory, "a", "b", "c").snapshotEvery(50).begin()) {
      for (int i = 0; i < 120; i++) {
        cluster.on("a").increment("n");
      }
      cluster.stop("c");
      cluster.empty("c");

      assertRefused(cluster, Start.AGAIN, "holds no member");
      assertRefused(cluster, Start.BOOTSTRAP, "has a cluster already; if this member lost");
      assertRefused(cluster, Start.JOIN, "counts 'c' as a member; remove it");

      cluster.cluster("a").removePeer("c");
      ClusterMember c = cluster.open("c", Start.JOIN);
      assertEquals("waiting to be added to the cluster", c.state());
      cluster.cluster("b").addPeer(cluster.address("c"));
      assertEquals(121, cluster.on("c").increment("n"));
      assertTrue(snapshots(cluster.directory("c")) > 0, "no snapshot was installed");

      List<String> states = new CopyOnWriteArrayList<>();
      cluster.on("b").listener(TestCluster.statesTo(states));
      cluster.cluster("a").transferLeadership("c");
      TestCluster.await("c to lead", () -> cluster.isLeader("c"));
      TestCluster.await(
          "b to tell who leads",
          () -> states.stream().anyMatch(state -> state.endsWith("; the leader is c")));
      cluster.stop("a");
      assertEquals(122, cluster.on("b").increment("n"));
      cluster.stop("c");
      cluster.open("c", Start.AGAIN);
      assertEquals(123, cluster.on("c").increment("n"));
    }
  }

  private static void assertRefused(TestCluster cluster, Start start, String why) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> cluster.open("c", start)).getMessage();
    assertTrue(message.contains(why), message);
  }

  private static long snapshots(Path directory) throws IOException {
    return files(directory, "snapshot.");
  }

  private static long files(Path directory, String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).count();
    }
  }

  /** Returns at which entries the segments of the log begin. */
  private static LongSummaryStatistics segments(Path directory) throws IOException {
    Pattern name = Pattern.compile("log_(?:inprogress_)?(\\d+).*");
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .map(file -> name.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(match -> Long.parseLong(match.group(1)))
          .summaryStatistics();
    }
  }

  @Test
  void anEmptiedMemberAndOneThatLagsAreNoMajority() throws Exception {
    try (TestCluster cluster =
        new TestCluster(directory, "a", "b", "c").timeout(Duration.ofSeconds(3)).begin()) {
      cluster.stop("b");
      assertEquals(1, cluster.on("a").increment("n")); // Kept by a and c alone.
      cluster.stop("a");
      cluster.stop("c");
      cluster.empty("c");
      ClusterMember c = cluster.open("c", Start.BOOTSTRAP);
      assertEquals("waiting for 'a' to begin the cluster", c.state());
      ClusterMember b = cluster.open("b", Start.AGAIN);
      TestCluster.await("c to see b", () -> c.state().startsWith("refused: "));
      assertThrows(IllegalStateException.class, () -> cluster.on("b").get("n"));
      assertEquals("", b.texts().get("Leader").get(0));
      cluster.stop("c");
      assertRefused(cluster, Start.JOIN, "counts 'c' as a member; remove it");
      cluster.open("a", Start.AGAIN);
      assertEquals(2, cluster.on("b").increment("n"));
    }
  }

  @Test
  void theLogIsKeptUntilEveryMemberHasItWhateverSnapshotsThereAre() throws Exception {
    try (TestCluster cluster =
        new TestCluster(directory, "a", "b", "c").snapshotEvery(300).begin()) {
      cluster.stop("c");
      // Several segments, since only whole ones are purged: one a term.
      for (int term = 0; term < 3; term++) {
        for (int i = 0; i < 400; i++) {
          cluster.on("a").increment("n");
        }
        cluster.cluster("a").transferLeadership(cluster.isLeader("a") ? "b" : "a");
      }
      for (String name : List.of("a", "b")) {
        TestCluster.await(name + " to have a snapshot", () -> snapshots(cluster, name) > 0);
        long first = segments(cluster.directory(name)).getMin();
        // What ends before the last segment of c began, c has.
        long last = segments(cluster.directory("c")).getMax();
        assertTrue(first <= last, name + " has its log from " + first + " on, c up to " + last);
      }
      cluster.open("c", Start.AGAIN);
      assertEquals(1_201, cluster.on("c").increment("n"));
    }
  }

  @Test
  void aSnapshotThatWasAskedForDropsTheLogThatAllHave() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, "a", "b", "c").begin()) {
      for (String name : List.of("b", "c", "a")) {
        cluster.on("a").increment("n");
        cluster.cluster("a").transferLeadership(name);
      }
      assertEquals(4, cluster.on("c").increment("n"));
      for (String name : List.of("a", "b", "c")) {
        assertEquals(1, files(cluster.directory(name), "log_0-"), name);
        cluster.cluster(name).snapshotNow();
        TestCluster.await(
            name + " to drop the log", () -> count(cluster.directory(name), "log_0-") == 0);
      }
      cluster.stop("b");
      cluster.open("b", Start.AGAIN);
      assertEquals(5, cluster.on("b").increment("n"));
    }
  }

  @Test
  void aNewMemberGetsTheSnapshotThatWasAskedForHoweverShortTheLogIs() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, "a", "b", "c").begin()) {
      cluster.on("a").set("n", 41);
      for (String name : List.of("a", "b")) {
        cluster.cluster(name).snapshotNow();
        assertTrue(snapshots(cluster.directory(name)) > 0, name);
      }
      cluster.stop("c");
      cluster.empty("c");
      cluster.cluster("a").removePeer("c");
      cluster.open("c", Start.JOIN);
      cluster.cluster("b").addPeer(cluster.address("c"));
      assertEquals(42, cluster.on("c").increment("n"));
      assertTrue(snapshots(cluster.directory("c")) > 0);
      assertEquals(0, files(cluster.directory("c"), "log_0-"), "it got the whole log");
    }
  }

  private static long snapshots(TestCluster cluster, String name) {
    return Math.max(0, count(cluster.directory(name), "snapshot."));
  }

  /** Returns how many files there are of that prefix, -1 if one was renamed while we looked. */
  private static long count(Path directory, String prefix) {
    try {
      return files(directory, prefix);
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void aMemberListensAtItsAddressAloneAndKeepsItsDirectoryToItself() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, "a").begin()) {
      assertEquals(
          PosixFilePermissions.fromString("rwx------"),
          Files.getPosixFilePermissions(cluster.directory("a")));
      int port = Objects.requireNonNull(cluster.peers().get("a")).getPort();
      new Socket(InetAddress.getLoopbackAddress(), port).close();
      InetAddress second = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
      InetSocketAddress other = new InetSocketAddress(second, port);
      try (Socket socket = new Socket()) {
        assertThrows(IOException.class, () -> socket.connect(other, 1_000));
      }
    }
  }

  @Test
  void aNewClusterBeginsWhenAllItsMembersAreThereAndChangesOnlyAsToldRightly() {
    try (TestCluster cluster = new TestCluster(directory, "a", "b", "c", "d")) {
      ClusterMember b = cluster.open("b", Start.BOOTSTRAP, "d");
      ClusterMember a = cluster.open("a", Start.BOOTSTRAP, "d");
      assertEquals("waiting for 'a' to begin the cluster", b.state());
      assertEquals("waiting for [c]: a cluster begins when all members are there", a.state());
      assertEquals("WAITING", a.texts().get("Role").get(0));
      cluster.open("c", Start.BOOTSTRAP, "d");
      cluster.leader();
      assertEquals(1, cluster.on("b").increment("n"));
      cluster.stop("c");
      cluster.open("c", Start.BOOTSTRAP, "d"); // Left in the file: no harm.
      assertEquals(2, cluster.on("c").increment("n"));

      assertThrows(IllegalArgumentException.class, () -> b.removePeer("x"));
      assertThrows(IllegalArgumentException.class, () -> b.transferLeadership("d"));
      assertThrows(IllegalArgumentException.class, () -> b.addPeer(cluster.address("c")));
      assertThrows(IllegalArgumentException.class, () -> b.addPeer("nonsense"));
      String message =
          assertThrows(IllegalStateException.class, () -> b.addPeer(cluster.address("d")))
              .getMessage();
      assertTrue(message.contains("cluster.join = true"), message);
      assertEquals(3, b.describe().size());
      assertEquals(3, cluster.on("c").increment("n"));
    }
  }
}
