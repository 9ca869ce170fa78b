package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.core.Counter;
import io.sharedcounter.core.CounterLock;
import io.sharedcounter.core.CounterLockedException;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.Import.Mode;
import io.sharedcounter.core.Imported;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import io.sharedcounter.core.RegistryListener;
import io.sharedcounter.document.DocumentFormat;
import io.sharedcounter.document.Documents;
import io.sharedcounter.testing.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports into a replicated namespace, from members and from a client. */
@Tag("slow")
class ReplicatedImportIT {
  private static final int COUNTERS = 20;

  /** More than all increments of a counter: what is above counts the imports it has seen. */
  private static final long STEP = 1_000_000;

  @TempDir private Path directory;

  private final AtomicBoolean isOver = new AtomicBoolean();
  private final AtomicLong imported = new AtomicLong();
  private final AtomicLong unknownImports = new AtomicLong();
  private final AtomicLong counted = new AtomicLong();
  private final AtomicLong unknownCounts = new AtomicLong();
  private final AtomicLong views = new AtomicLong();

  private static Map<String, Long> all(long value) {
    Map<String, Long> values = new HashMap<>();
    for (int i = 0; i < COUNTERS; i++) {
      values.put("k" + i, value);
    }
    return values;
  }

  @Test
  void anImportIsAllOrNothingAndOneInstantThoughCallersCountAndTheLeaderIsKilled()
      throws Exception {
    try (TestCluster cluster =
        new TestCluster(directory, "a", "b", "c").timeout(Duration.ofSeconds(5))) {
      try (JavaProcess a = begin(cluster)) {
        CounterRegistry b = cluster.on("b");
        CounterRegistry c = cluster.on("c");
        CounterRegistry x = cluster.on("x");
        assertEquals(COUNTERS, b.importAll(new Import(all(0), Mode.REPLACE)));
        cluster.cluster("b").transferLeadership("a");
        TestCluster.await(
            "a to lead", () -> cluster.cluster("b").texts().get("Leader").get(0).equals("a"));

        ExecutorService callers = Executors.newCachedThreadPool();
        try {
          List<Future<?>> work = new ArrayList<>();
          for (CounterRegistry registry : List.of(b, c, x)) {
            work.add(callers.submit(() -> bring(registry)));
            work.add(callers.submit(() -> count(registry)));
            work.add(callers.submit(() -> watch(registry)));
          }
          awaitMore(5);
          a.kill();
          awaitMore(10);
          isOver.set(true);
          for (Future<?> one : work) {
            one.get(30, TimeUnit.SECONDS);
          }
        } finally {
          isOver.set(true);
          callers.shutdownNow();
        }
        assertExact(c.getAllCounters());
        assertEquals(c.getAllCounters(), x.getAllCounters());
        assertTrue(views.get() > 10, views + " views");
      }
    }
  }

  /** Begins a cluster of a, in a process of its own, b and c, here, and a client x. */
  private JavaProcess begin(TestCluster cluster) {
    cluster.open("b", Start.BOOTSTRAP);
    cluster.open("c", Start.BOOTSTRAP);
    String peers =
        String.join(",", cluster.address("a"), cluster.address("b"), cluster.address("c"));
    JavaProcess a =
        JavaProcess.start(
            List.of(
                "-Xmx160m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FaultyNode.class.getName(),
                "a",
                peers,
                cluster.directory("a").toString(),
                Start.BOOTSTRAP.name(),
                directory.resolve("history").toString(),
                FaultyNode.Work.NONE.name()));
    TestCluster.await(
        "a leader", () -> !cluster.cluster("b").texts().get("Leader").get(0).isEmpty());
    cluster.openClient("x");
    return a;
  }

  private void awaitMore(long imports) {
    long goal = imported.get() + imports;
    TestCluster.await("more imports", () -> imported.get() >= goal);
  }

  private void bring(CounterRegistry registry) {
    while (!isOver.get()) {
      try {
        assertEquals(COUNTERS, registry.importAll(new Import(all(STEP), Mode.ADD)));
        imported.incrementAndGet();
      } catch (OutcomeUnknownException e) {
        unknownImports.incrementAndGet();
      } catch (NotAppliedException e) {
        Thread.onSpinWait();
      }
    }
  }

  private void count(CounterRegistry registry) {
    Random random = new Random(1);
    while (!isOver.get()) {
      try {
        registry.increment("k" + random.nextInt(COUNTERS));
        counted.incrementAndGet();
      } catch (OutcomeUnknownException e) {
        unknownCounts.incrementAndGet();
      } catch (NotAppliedException e) {
        Thread.onSpinWait();
      }
    }
  }

  private void watch(CounterRegistry registry) {
    while (!isOver.get()) {
      long before = imported.get();
      Map<String, Long> seen;
      try {
        seen = registry.getAllCounters();
      } catch (OutcomeUnknownException | NotAppliedException e) {
        continue;
      }
      assertEquals(COUNTERS, seen.size());
      long imports = imports(seen);
      assertTrue(imports >= before, imports + " imports seen, " + before + " acknowledged before");
      views.incrementAndGet();
    }
  }

  private static long imports(Map<String, Long> seen) {
    List<Long> found = seen.values().stream().map(value -> value / STEP).distinct().toList();
    assertEquals(1, found.size(), () -> "half an import: " + seen);
    return found.get(0);
  }

  private void assertExact(Map<String, Long> last) {
    long imports = imports(last);
    long counts = last.values().stream().mapToLong(value -> value % STEP).sum();
    String what =
        imports
            + " of "
            + imported
            + "+"
            + unknownImports
            + " imports, "
            + counts
            + " of "
            + counted
            + "+"
            + unknownCounts
            + " increments";
    assertTrue(imported.get() <= imports && imports <= imported.get() + unknownImports.get(), what);
    assertTrue(counted.get() <= counts && counts <= counted.get() + unknownCounts.get(), what);
  }

  @Test
  void everyMemberIsToldAndEveryProcessMayImportCheckAndExport() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, "a", "b", "c").begin()) {
      cluster.openClient("x");
      List<String> told = new CopyOnWriteArrayList<>();
      for (String name : List.of("a", "b", "c")) {
        cluster.on(name).listener(telling(name, told));
      }
      CounterRegistry b = cluster.on("b");
      CounterRegistry x = cluster.on("x");
      b.set("old", 5);
      String document = document(Map.of("n", 7L, "m", 1L));
      String wouldBe = "replace: 3 counters would change: 2 created, 0 set, 1 removed\n";
      for (String name : List.of("a", "b", "c", "x")) {
        String said = new Documents(cluster.on(name)).checkImport(document, Mode.REPLACE);
        assertTrue(said.startsWith(wouldBe), said);
      }
      assertEquals(Map.of("old", 5L), b.getAllCounters());

      assertEquals(3, new Documents(b).importCounters(document, Mode.REPLACE));
      assertTrue(told.contains("b: old: 5 -> absent"), told::toString);
      assertEquals(2, new Documents(x).importCounters(document, Mode.ADD));
      assertEquals(Map.of("n", 14L, "m", 2L), x.getAllCounters());
      assertEquals(x.getAllCounters(), cluster.on("a").getAllCounters());
      for (String name : List.of("a", "b", "c")) {
        for (String what :
            List.of("old: 5 -> absent", "n: absent -> 7", "m: absent -> 1", "n: 7 -> 14")) {
          TestCluster.await(name + " to hear", () -> told.contains(name + ": " + what));
        }
      }
      assertEquals(15, told.size(), told::toString);
      assertEquals(
          new Documents(x).exportCounters(DocumentFormat.CSV),
          new Documents(b).exportCounters(DocumentFormat.CSV));
      refusals(cluster, x, b);
    }
  }

  private static void refusals(TestCluster cluster, CounterRegistry x, CounterRegistry b) {
    Map<String, Long> before = b.getAllCounters();
    Import more = new Import(Map.of("n", 1L, "k", 1L), Mode.ADD);
    try (CounterLock lock = cluster.on("c").lockCounter("n")) {
      for (CounterRegistry registry : List.of(x, b)) {
        String message =
            assertThrows(CounterLockedException.class, () -> registry.importAll(more)).getMessage();
        assertTrue(message.startsWith("Locked: n is held by app (thread "), message);
      }
      assertThrows(CounterLockedException.class, () -> b.checkImport(more));
      assertEquals(14, lock.get());
    }
    Import much = new Import(Map.of("n", Long.MAX_VALUE), Mode.ADD);
    assertThrows(ArithmeticException.class, () -> x.importAll(much));
    Import large = new Import(many(0, 8_000), Mode.ADD);
    for (CounterRegistry registry : List.of(x, b)) {
      String message =
          assertThrows(IllegalStateException.class, () -> registry.importAll(large)).getMessage();
      assertTrue(message.startsWith("Limit: an import of 8000 counters takes "), message);
    }
    assertEquals(before, b.getAllCounters());
    assertEquals(2, b.importAll(more));
  }

  private static RegistryListener telling(String name, List<String> told) {
    return new RegistryListener() {
      @Override
      public void imported(Counter counter, Imported change) {
        told.add(name + ": " + change);
      }
    };
  }

  private static String document(Map<String, Long> values) {
    CounterRegistry source =
        new CounterRegistry(io.sharedcounter.core.CounterSettings.of("elsewhere"));
    values.forEach(source::set);
    return new Documents(source).exportCounters(DocumentFormat.JSON);
  }

  private static Map<String, Long> many(int from, int count) {
    Map<String, Long> values = new HashMap<>();
    for (int i = from; i < from + count; i++) {
      values.put(i + "x".repeat(240), (long) i);
    }
    return values;
  }

  @Test
  void aMemberThatJoinsIsGivenASnapshotOfManyMessages() throws Exception {
    try (TestCluster cluster =
        new TestCluster(directory, "a", "b", "c").snapshotEvery(10).begin()) {
      LongUnaryOperator bring =
          from -> cluster.on("a").importAll(new Import(many((int) from, 7_000), Mode.MAX));
      for (int i = 0; i < 3; i++) {
        assertEquals(7_000, bring.applyAsLong(i * 7_000L));
      }
      for (int i = 0; i < 20; i++) {
        cluster.on("a").increment("n");
      }
      String leader = cluster.leader();
      TestCluster.await(
          "a snapshot", () -> !cluster.cluster(leader).texts().get("LastSnapshot").isEmpty());
      String gone = leader.equals("c") ? "b" : "c";
      cluster.stop(gone);
      cluster.empty(gone);
      cluster.cluster(leader).removePeer(gone);
      cluster.open(gone, Start.JOIN);
      cluster.cluster(leader).addPeer(cluster.address(gone));
      assertEquals(21, cluster.on(gone).increment("n"));
      assertEquals(21_001, cluster.on(gone).getAllCounters().size());
      assertEquals(cluster.on("a").getAllCounters(), cluster.on(gone).getAllCounters());
    }
  }
}
