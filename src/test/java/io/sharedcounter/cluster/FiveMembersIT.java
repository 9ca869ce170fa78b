package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import io.sharedcounter.testing.Warnings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five members, of which two may be missing. */
class FiveMembersIT {
  private static final List<String> FIRST = List.of("a", "b", "c", "d", "e");

  @TempDir private Path directory;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean isOver;

  @Test
  void twoMayBeMissingAThirdMakesTheRestRefuseAndAllIsExactWhoeverComesAndGoes(Warnings warnings)
      throws Exception {
    warnings.allow("state of this member for long: no leader");
    ExecutorService callers = Executors.newFixedThreadPool(6);
    try (TestCluster cluster =
        new TestCluster(directory, "a", "b", "c", "d", "e", "f").timeout(Duration.ofSeconds(2))) {
      FIRST.forEach(name -> cluster.open(name, Start.BOOTSTRAP, "f"));
      cluster.leader();
      List<Future<?>> counting = new ArrayList<>();
      for (String name : List.of("a", "b", "c", "d", "e", "f")) {
        counting.add(callers.submit(() -> count(cluster, name)));
      }
      awaitMore();

      List<String> stopped = new ArrayList<>(List.of(cluster.leader()));
      stopped.add(other(stopped));
      stopped.forEach(cluster::stop);
      awaitMore();

      String third = other(stopped);
      stopped.add(third);
      cluster.stop(third);
      String left = other(stopped);
      TestCluster.await(
          "those left to say so", () -> cluster.on(left).state().startsWith("no leader"));
      long before = refused.get();
      TestCluster.await("them to refuse", () -> refused.get() > before + 2);
      long kept = done.get();
      cluster.open(third, Start.AGAIN);
      TestCluster.await("three of five to go on", () -> done.get() > kept + 20);

      cluster.open("f", Start.JOIN);
      cluster.cluster(left).addPeer(cluster.address("f"));
      awaitMore();
      // One that is dead, and whoever leads.
      cluster.cluster(left).removePeer(stopped.get(0));
      cluster.cluster("f").transferLeadership("f");
      awaitMore();
      cluster.open(stopped.get(1), Start.AGAIN);
      cluster.cluster(left).removePeer("f");
      awaitMore();
      cluster.stop("f");
      awaitMore();

      isOver = true;
      for (Future<?> one : counting) {
        one.get(30, TimeUnit.SECONDS);
      }
      long value = cluster.on(left).get("n");
      String what = done + " done, " + unknown + " unknown, found " + value;
      assertTrue(done.get() <= value && value <= done.get() + unknown.get(), what);
      for (String name : FIRST) {
        if (!name.equals(stopped.get(0))) {
          assertEquals(value, cluster.on(name).get("n"), name);
        }
      }
      assertEquals(4, cluster.cluster(left).texts().get("Peers").size());
    } finally {
      isOver = true;
      callers.shutdownNow();
    }
  }

  private static String other(List<String> than) {
    return FIRST.stream().filter(name -> !than.contains(name)).findFirst().orElseThrow();
  }

  private void awaitMore() {
    long before = done.get();
    TestCluster.await("increments past " + before, () -> done.get() > before + 20);
  }

  private void count(TestCluster cluster, String home) {
    while (!isOver) {
      CounterRegistry registry = cluster.find(home).orElse(null);
      if (registry == null) {
        LockSupport.parkNanos(20_000_000);
        continue;
      }
      try {
        registry.increment("n");
        done.incrementAndGet();
      } catch (OutcomeUnknownException e) {
        unknown.incrementAndGet();
      } catch (NotAppliedException e) {
        refused.incrementAndGet();
      }
    }
  }
}
