package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Start;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member that is far behind says so, until it has caught up. */
class LaggingIT {
  private static final int WINDOW = 500;

  @TempDir private Path directory;

  @Test
  @Tag("long")
  void aMemberThatWasAwayForManyEntriesSaysThatItsValuesAreOld() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, "a", "b", "c").begin()) {
      String away = cluster.isLeader("c") ? "b" : "c";
      ClusterMember leader = (ClusterMember) cluster.cluster(cluster.leader());
      cluster.stop(away);
      append(leader, (int) MemberHealth.MAX_LAG + WINDOW);

      ClusterMember late = cluster.open(away, Start.AGAIN);
      List<String> states = new CopyOnWriteArrayList<>();
      cluster.on(away).listener(TestCluster.statesTo(states));
      // Nothing is applied while somebody reads: so slow is this member.
      late.replica()
          .read(
              state -> {
                TestCluster.await(
                    "the state to say so",
                    () -> late.state().startsWith("lagging: more than 10000"));
                TestCluster.await(
                    "the MBean to say so",
                    () -> late.texts().get("State").get(0).startsWith("lagging: "));
                TestCluster.await(
                    "the registry to say so",
                    () -> cluster.on(away).state().endsWith("entries behind; values are old"));
                TestCluster.await(
                    "listeners to hear of it",
                    () -> states.stream().anyMatch(text -> text.startsWith("lagging: ")));
                return state;
              });
      TestCluster.await("it to end", () -> late.state().equals("OK"));
      TestCluster.await(
          "listeners to hear of the end",
          () -> !states.isEmpty() && states.get(states.size() - 1).startsWith("OK"));
      assertEquals(1, cluster.on(away).increment("n"));
    }
  }

  /** Appends entries that change nothing, many at a time: of a session that nobody has. */
  private static void append(ClusterMember leader, int entries) throws Exception {
    byte[] entry = Logs.batch(Long.MAX_VALUE, 1, Request.barrier("seats"));
    for (int sent = 0; sent < entries; sent += WINDOW) {
      List<CompletableFuture<byte[]>> window = new ArrayList<>();
      for (int i = 0; i < WINDOW; i++) {
        window.add(leader.node().submit(entry));
      }
      for (CompletableFuture<byte[]> one : window) {
        byte[] reply = one.get(20, TimeUnit.SECONDS);
        assertTrue(BatchReply.decode(reply).status() == BatchReply.Status.NO_SESSION);
      }
    }
  }
}
