package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterLock;
import io.sharedcounter.core.CounterLockedException;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that has neither a directory nor a port. */
class ClientIT {
  @TempDir private Path directory;

  @Test
  void aClientCountsAsAMemberDoes() throws Exception {
    try (TestCluster cluster =
        new TestCluster(directory, "a", "b", "c").timeout(Duration.ofSeconds(3)).begin()) {
      Cluster client = cluster.openClient("x");
      CounterRegistry x = cluster.on("x");
      assertEquals(1, x.increment("n"));
      assertEquals(2, cluster.on("a").increment("n"));
      assertEquals(OptionalLong.of(2), x.peek("n"));
      assertEquals(OptionalLong.of(2), x.glance("n"));
      assertEquals(OptionalLong.empty(), x.glance("missing"));
      assertEquals("CLIENT", client.texts().get("Role").get(0));
      assertTrue(client.state().startsWith("OK; a client"), client.state());

      locks(cluster, x);

      fill(x, 5_000);
      Map<String, Long> all = x.getAllCounters();
      assertEquals(5_002, all.size());
      assertEquals(cluster.on("b").getAllCounters(), all);
      assertEquals(5_002, x.count());
      assertEquals(cluster.on("c").findCounters("k*9", "k1", 7), x.findCounters("k*9", "k1", 7));

      cluster.stop(cluster.leader());
      TestCluster.await("the client to find the next leader", () -> hasCounted(x));
      cluster.stop(cluster.leader());
      TestCluster.await("the client to say so", () -> client.state().startsWith("no leader"));
      assertThrows(NotAppliedException.class, () -> x.increment("n"));
      assertThrows(NotAppliedException.class, () -> x.glance("n"));
    }
  }

  private static void locks(TestCluster cluster, CounterRegistry x) {
    CounterRegistry b = cluster.on("b");
    try (CounterLock lock = x.lockCounter("locked", Duration.ofSeconds(20))) {
      assertEquals(1, lock.increment());
      assertThrows(CounterLockedException.class, () -> x.increment("locked"));
    }
    long begin = System.nanoTime();
    CounterLock other = b.lockCounter("locked", Duration.ofMillis(300));
    assertEquals(1, other.get());
    assertEquals(2, x.increment("locked")); // Waits for the end of the lease.
    assertTrue(System.nanoTime() - begin >= TimeUnit.MILLISECONDS.toNanos(300));
    assertThrows(IllegalStateException.class, other::increment);
  }

  private static void fill(CounterRegistry x, int count) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(50);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String name = "k" + i;
        done.add(callers.submit(() -> x.set(name, 7)));
      }
      for (Future<?> one : done) {
        one.get(30, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
  }

  private static boolean hasCounted(CounterRegistry x) {
    try {
      return x.increment("n") > 2;
    } catch (NotAppliedException | OutcomeUnknownException e) {
      return false;
    }
  }
}
