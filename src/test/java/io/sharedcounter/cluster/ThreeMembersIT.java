package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Start;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreeMembersIT {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir private Path directory;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster =
        new TestCluster(directory, NAMES.toArray(String[]::new))
            .timeout(Duration.ofSeconds(3))
            .begin();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private CounterRegistry on(String name) {
    return cluster.on(name);
  }

  @Test
  void theAncestorsSelfTestComesOutTheSameThroughAllMembers() {
    CounterRegistry a = on("a");
    CounterRegistry b = on("b");
    CounterRegistry c = on("c");
    String said =
        a.get("bongo")
            + " "
            + b.set("bongo", 5)
            + " "
            + c.getSet("bongo", 10)
            + " "
            + a.getSet("bongo", 15)
            + " "
            + b.getIncrement("bongo")
            + " "
            + c.getIncrement("bongo")
            + " "
            + a.increment("bongo")
            + " "
            + b.increment("bongo")
            + " "
            + c.increment("bongo", 5);
    assertEquals("0 5 5 10 15 16 18 19 24", said);
    assertEquals(Map.of("bongo", 24L), b.getAllCounters());
    assertEquals(OptionalLong.empty(), c.peek("missing"));
    c.set("bongo", Long.MAX_VALUE);
    assertThrows(ArithmeticException.class, () -> a.increment("bongo"));
    assertEquals(Long.MAX_VALUE, b.remove("bongo"));
    assertEquals(0, a.getAllCounters().size());
    assertTrue(b.compareAndSet("bongo", 0, 3));
    assertFalse(a.compareAndSet("bongo", 0, 4));
  }

  @Test
  void noAcknowledgedIncrementIsLostOrDoubledWhenLeadersStopAndReturn() throws Exception {
    on("a").get("n");
    ExecutorService callers = Executors.newFixedThreadPool(6);
    try {
      List<Future<long[]>> counts = new ArrayList<>();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
      for (int i = 0; i < 6; i++) {
        String home = NAMES.get(i % 3);
        counts.add(callers.submit(() -> increments(home, end)));
      }
      for (int round = 0; round < 2; round++) {
        String leader = cluster.leader();
        cluster.stop(leader);
        cluster.leader();
        cluster.open(leader, Start.AGAIN);
      }
      long done = 0;
      long unknown = 0;
      for (Future<long[]> count : counts) {
        done += count.get(30, TimeUnit.SECONDS)[0];
        unknown += count.get()[1];
      }
      long value = on("b").get("n");
      assertTrue(done > 0, "nothing was done");
      assertTrue(
          done <= value && value <= done + unknown,
          "acknowledged " + done + ", unknown " + unknown + ", found " + value);
      for (String name : NAMES) {
        assertEquals(value, on(name).get("n"));
      }
    } finally {
      callers.shutdownNow();
    }
  }

  private long[] increments(String home, long end) {
    long[] counts = new long[2];
    while (System.nanoTime() < end) {
      CounterRegistry registry = cluster.find(home).orElse(null);
      if (registry == null) {
        Thread.onSpinWait();
        continue;
      }
      try {
        registry.increment("n");
        counts[0]++;
      } catch (OutcomeUnknownException e) {
        counts[1]++;
      } catch (NotAppliedException e) {
        Thread.onSpinWait();
      }
    }
    return counts;
  }

  @Test
  void aLockKeepsOtherMembersOutAndItsLeaseEndsByItself() {
    CounterLock lock = on("a").lockCounter("seats", Duration.ofMillis(600));
    assertEquals(1, lock.increment());
    assertEquals(1, on("b").get("seats"));
    assertEquals(List.of("seats"), List.copyOf(on("c").locks().keySet()));
    assertThrows(CounterLockedException.class, () -> on("a").increment("seats"));
    assertEquals(2, on("b").increment("seats"));
    assertThrows(IllegalStateException.class, lock::increment);
    try (CounterLock second = on("c").lockCounter("seats")) {
      assertEquals(3, second.increment());
    }
    assertEquals(4, on("a").increment("seats"));
  }

  @Test
  void aMinorityRefusesAndNeverAnswersFromOldState() {
    on("a").set("n", 1);
    String leader = cluster.leader();
    List<String> states = new CopyOnWriteArrayList<>();
    on(leader).listener(TestCluster.statesTo(states));
    for (String name : NAMES) {
      if (!name.equals(leader)) {
        cluster.stop(name);
      }
    }
    assertThrows(IllegalStateException.class, () -> on(leader).get("n"));
    assertThrows(IllegalStateException.class, () -> on(leader).increment("n"));
    TestCluster.await("the state to say so", () -> on(leader).state().startsWith("no leader"));
    assertThrows(NotAppliedException.class, () -> on(leader).increment("n"));
    for (String name : NAMES) {
      if (!name.equals(leader)) {
        cluster.open(name, Start.AGAIN);
      }
    }
    TestCluster.await("a leader", () -> on(leader).state().equals("OK"));
    TestCluster.await(
        "listeners to hear of both",
        () ->
            states.stream().anyMatch(state -> state.startsWith("no leader"))
                && states.stream().anyMatch(state -> state.startsWith("OK")));
    assertTrue(on(leader).get("n") <= 2);
  }
}
