package io.sharedcounter.cluster;

import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import io.sharedcounter.testing.DiskLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A program with three members, all of whose disks are below one root, so that what they do to them
 * is in one order. They count and note below that root what was attempted and acknowledged, while
 * the leader changes and a member is closed and started again. Stateless.
 */
final class CountingMembers {
  static final String TRY = "try";
  static final List<String> NAMES = List.of("a", "b", "c");

  /** Long, so that entries of the log reach over sectors. */
  static final String COUNTER = "n".repeat(250);

  private static final int CALLERS = 4;
  private static final int SNAPSHOT_ENTRIES = 40;

  private CountingMembers() {}

  /** Arguments: root, peers, increments a caller. */
  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    int increments = Integer.parseInt(arguments[2]);
    try (FileChannel notes =
            FileChannel.open(
                root.resolve(DiskLog.NOTES), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        TestCluster cluster =
            new TestCluster(root, ClusterSettings.parsePeers(arguments[1]))
                .snapshotEvery(SNAPSHOT_ENTRIES)) {
      cluster.begin();
      for (String name : NAMES) {
        count(cluster, notes, increments);
        String next = cluster.isLeader(name) ? NAMES.get((NAMES.indexOf(name) + 1) % 3) : name;
        cluster.cluster(next).transferLeadership(next);
        cluster.stop(name);
        cluster.open(name, Start.AGAIN);
      }
      count(cluster, notes, increments);
    }
    Runtime.getRuntime().halt(0);
  }

  private static void count(TestCluster cluster, FileChannel notes, int increments)
      throws InterruptedException {
    List<Thread> callers = new ArrayList<>();
    for (String name : NAMES) {
      CounterRegistry registry = cluster.on(name);
      for (int i = 0; i < CALLERS; i++) {
        callers.add(new Thread(() -> count(registry, notes, increments), "caller " + name));
      }
    }
    callers.forEach(Thread::start);
    for (Thread caller : callers) {
      caller.join();
    }
  }

  private static void count(CounterRegistry registry, FileChannel notes, int increments) {
    for (int i = 0; i < increments; i++) {
      try {
        note(notes, TRY);
        note(notes, Long.toString(registry.increment(COUNTER)));
      } catch (OutcomeUnknownException | NotAppliedException e) {
        // The test finds out which.
      }
    }
  }

  private static void note(FileChannel notes, String line) {
    try {
      notes.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
