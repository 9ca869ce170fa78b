package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.archive.DataDirectory;
import io.sharedcounter.archive.History;
import io.sharedcounter.archive.LocalRecord;
import io.sharedcounter.archive.Transaction;
import io.sharedcounter.archive.Verification;
import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.core.Change;
import io.sharedcounter.core.Copy;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Recorder;
import io.sharedcounter.core.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that record what they apply: archive on a replicated namespace. */
@Tag("slow")
class RecordedMembersIT {
  private static final CounterSettings SEATS = CounterSettings.of("seats");

  @TempDir private Path directory;

  /** A member's record. */
  private final class Kept implements AutoCloseable {
    final DataDirectory data;
    final LocalRecord record;

    Kept(String name) {
      data = DataDirectory.open(data(name));
      record = LocalRecord.open(data, SEATS, InstantSource.system());
    }

    List<Transaction> history(String counter) {
      try (History history = record.history()) {
        return history.history(counter, History.MAX_LIMIT);
      }
    }

    @Override
    public void close() {
      record.close();
      data.close();
    }
  }

  private Path data(String name) {
    return directory.resolve("data-" + name);
  }

  private static void awaitRecorded(Kept kept, String counter, long value) {
    TestCluster.await(
        "the record of " + value,
        () -> {
          List<Transaction> lines = kept.history(counter);
          return !lines.isEmpty() && lines.get(0).after().orElse(-1) == value;
        });
  }

  @Test
  @SuppressWarnings("try") // A record is closed after the member that writes it.
  void everyMemberRecordsTheSameInTheSameOrderWhoeverLeadsOrRestarts() throws Exception {
    try (Kept keptA = new Kept("a");
        Kept keptB = new Kept("b");
        Kept firstC = new Kept("c");
        TestCluster cluster = new TestCluster(directory, "a", "b", "c").snapshotEvery(40)) {
      cluster.record("a", keptA.record).record("b", keptB.record).record("c", firstC.record);
      cluster.begin();
      count(cluster, "a", "b", "c");
      cluster.cluster("a").transferLeadership(cluster.isLeader("b") ? "c" : "b");
      count(cluster, "a", "b", "c");
      cluster.stop("c");
      firstC.close();
      count(cluster, "a", "b");
      try (Kept keptC = new Kept("c")) {
        cluster.record("c", keptC.record);
        cluster.open("c", Start.AGAIN);
        count(cluster, "a", "b", "c");
        long last = cluster.on("c").set("n", 77);
        cluster.on("c").remove("by-b");
        cluster.on("a").set("by-b", 5);
        for (Kept kept : List.of(keptA, keptB, keptC)) {
          awaitRecorded(kept, "by-b", 5);
        }
        for (String name : List.of("n", "by-a", "by-b", "by-c")) {
          assertEquals(keptA.history(name), keptB.history(name));
          assertEquals(keptA.history(name), keptC.history(name));
        }
        assertEquals(77, last);
        List<Transaction> lines = keptC.history("n");
        assertEquals(1 + 11 * 30, lines.size());
        for (int i = 1; i < lines.size(); i++) {
          assertEquals(lines.size() - i, lines.get(i).after().orElseThrow(), "by its place");
        }
        for (String name : List.of("a", "b", "c")) {
          Verification.verify(data(name), "seats", far -> {});
        }
        assertEquals(0, keptA.record.gaps() + keptB.record.gaps() + keptC.record.gaps());
        cluster.close();
      }
    }
  }

  private static void count(TestCluster cluster, String... names) throws InterruptedException {
    List<Thread> threads =
        List.of(names).stream()
            .map(name -> new Thread(() -> count(cluster.on(name), "by-" + name)))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void count(CounterRegistry registry, String own) {
    for (int i = 0; i < 30; i++) {
      registry.increment("n");
      registry.getIncrement(own);
    }
  }

  @Test
  @SuppressWarnings("try") // A record is closed after the member that writes it.
  void aMemberThatGotASnapshotRecordsThatItDidNotSeeTheRest() throws Exception {
    try (Kept keptA = new Kept("a");
        TestCluster cluster = new TestCluster(directory, "a", "b", "c").snapshotEvery(50)) {
      cluster.record("a", keptA.record).begin();
      for (int i = 0; i < 120; i++) {
        cluster.on("a").increment("n");
      }
      cluster.stop("c");
      cluster.empty("c");
      cluster.cluster("a").removePeer("c");
      try (Kept keptC = new Kept("c")) {
        cluster.record("c", keptC.record).open("c", Start.JOIN);
        cluster.cluster("b").addPeer(cluster.address("c"));
        assertEquals(121, cluster.on("c").increment("n"));
        awaitRecorded(keptC, "n", 121);
        List<Transaction> lines = keptC.history("n");
        Transaction first = lines.get(lines.size() - 1);
        assertEquals("set", first.operation());
        assertEquals(LocalRecord.ORIGIN, first.origin());
        assertTrue(first.after().orElseThrow() >= 50, first.toString());
        assertEquals(122 - first.after().orElseThrow(), lines.size());
        assertEquals(1, keptC.record.gaps());
        awaitRecorded(keptA, "n", 121);
        assertEquals(121, keptA.history("n").size());
        assertEquals(0, keptA.record.gaps());
        Verification.verify(data("c"), "seats", far -> {});
        cluster.close();
      }
    }
  }

  @Test
  void aRecordOfAnotherClusterIsRefusedWhereANewOneBegins() throws Exception {
    try (Kept kept = new Kept("a")) {
      kept.record.start(() -> new Copy(-1, new TreeMap<>()));
      kept.record.applied(7, Instant.EPOCH, List.of(done()));
      assertEquals(1, kept.history("n").size());
      try (TestCluster cluster = new TestCluster(directory, "a").record("a", kept.record)) {
        String message = assertThrows(IllegalStateException.class, cluster::begin).getMessage();
        assertTrue(message.contains("log index 7 of an earlier cluster"), message);
      }
    }
  }

  private static Recorder.Done done() {
    Change change = Change.of(Operation.SET, 1, Change.APP);
    return new Recorder.Done("n", change, new Reply(Reply.Outcome.DONE, 0, 1, true, null));
  }

  @Test
  void aSnapshotWaitsForTheRecordAndOperationsDoNot() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    Recorder blocked =
        new Recorder() {
          @Override
          public void start(Supplier<Copy> counters) {}

          @Override
          public long recorded() {
            return -1;
          }

          @Override
          public void applied(long index, Instant at, List<Done> changes) {}

          @Override
          public void replaced(long index) {}

          @Override
          public void secure(long index) {
            asked.countDown();
            try {
              stuck.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    try (TestCluster cluster = new TestCluster(directory, "a").snapshotEvery(20)) {
      cluster.record("a", blocked).begin();
      for (int i = 1; i <= 100; i++) {
        assertEquals(i, cluster.on("a").increment("n"));
      }
      assertTrue(asked.await(20, TimeUnit.SECONDS), "no record was waited for");
      assertEquals(0, snapshots());
      stuck.countDown();
      TestCluster.await("a snapshot", () -> snapshots() > 0);
    }
  }

  private long snapshots() {
    try (Stream<Path> files = Files.walk(directory.resolve("a"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("snapshot.")).count();
    } catch (IOException | UncheckedIOException e) {
      return 0; // One was renamed while we looked.
    }
  }

  @Test
  void aMemberKilledAgainAndAgainGoesOnWithItsRecordExactly() throws Exception {
    int port = FreePorts.find(1).get(0);
    Random random = new Random(4);
    long acknowledged = 0;
    for (int kill = 0; kill < 4; kill++) {
      Process process = start(port);
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        int lines = 1 + random.nextInt(400);
        String line = out.readLine();
        for (int i = 0; i < lines && line != null; i++) {
          acknowledged = Math.max(acknowledged, Long.parseLong(line));
          line = out.readLine();
        }
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
    try (RecordingNode node = new RecordingNode(directory, port)) {
      long value = node.registry.increment("n");
      assertTrue(value > acknowledged, value + " after " + acknowledged);
      TestCluster.await("the record", () -> recorded(node) == value);
      assertEquals(0, node.record.gaps());
      try (History history = node.record.history()) {
        List<Transaction> lines = history.history("n", History.MAX_LIMIT);
        assertTrue(lines.stream().allMatch(one -> one.operation().equals("increment")));
        assertEquals(Math.min(value, History.MAX_LIMIT), lines.size());
      }
      assertEquals(value, Verification.verify(directory.resolve("data"), "seats", far -> {}));
    }
  }

  private static long recorded(RecordingNode node) {
    try (History history = node.record.history()) {
      List<Transaction> last = history.history("n", 1);
      return last.isEmpty() ? 0 : last.get(0).after().orElseThrow();
    }
  }

  private Process start(int port) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            RecordingNode.class.getName(),
            directory.toString(),
            Integer.toString(port))
        .redirectError(Files.createTempFile(directory, "log", "").toFile())
        .start();
  }
}
