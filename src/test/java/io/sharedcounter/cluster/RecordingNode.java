package io.sharedcounter.cluster;

import io.sharedcounter.archive.DataDirectory;
import io.sharedcounter.archive.LocalRecord;
import io.sharedcounter.cluster.ClusterSettings.Member;
import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The only member of a cluster in a process of its own, with a record, to be killed: counts in some
 * threads, and prints what it has got.
 */
final class RecordingNode implements AutoCloseable {
  /** So few that kills meet snapshots in all their stages. */
  private static final long SNAPSHOT_ENTRIES = 20;

  private static final int THREADS = 4;
  private final DataDirectory data;
  final LocalRecord record;
  private final Cluster cluster;
  final CounterRegistry registry;

  RecordingNode(Path directory, int port) {
    CounterSettings seats = CounterSettings.of("seats");
    data = DataDirectory.open(directory.resolve("data"));
    record = LocalRecord.open(data, seats, InstantSource.system());
    ClusterSettings settings =
        new ClusterSettings(
            Map.of("a", InetSocketAddress.createUnresolved("127.0.0.1", port)),
            Duration.ofSeconds(20),
            Optional.empty(),
            Optional.of(
                new Member("a", directory.resolve("a"), Start.BOOTSTRAP, SNAPSHOT_ENTRIES)));
    cluster = Cluster.open(settings, Map.of("seats", record));
    registry = new CounterRegistry(seats, cluster.ledger(seats));
  }

  public static void main(String[] args) throws Exception {
    RecordingNode node = new RecordingNode(Path.of(args[0]), Integer.parseInt(args[1]));
    for (int i = 0; i < THREADS; i++) {
      Thread thread = new Thread(node::count, "count-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    while (System.in.read() >= 0) {
      // Goes on until the parent closes the pipe, or ends.
    }
    Runtime.getRuntime().halt(0);
  }

  private void count() {
    while (true) {
      System.out.println(registry.increment("n"));
    }
  }

  @Override
  public void close() {
    registry.close();
    cluster.close();
    record.close();
    data.close();
  }
}
