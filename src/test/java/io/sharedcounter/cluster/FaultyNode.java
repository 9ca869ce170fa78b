package io.sharedcounter.cluster;

import io.sharedcounter.cluster.ClusterSettings.Member;
import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A member in a process of its own, to be killed: counts and reads in a few threads and writes down
 * each operation, the beginning before it begins, so that a kill loses no knowledge. Ends with its
 * standard input.
 */
final class FaultyNode {
  private static final int THREADS = 4;
  private static final long SNAPSHOT_ENTRIES = 2_000;

  /** How long a caller who counts a counter of its own for each request waits between two. */
  private static final long PAUSE_NANOS = 50_000_000;

  /** What the process does as a member. */
  enum Work {
    /** Counts and reads one counter. */
    ONE_COUNTER,
    /** Increments for each request a counter of its own, named by the request's number. */
    OWN_COUNTERS,
    /** Nothing. */
    NONE
  }

  private FaultyNode() {}

  /** Arguments: name, peers, directory, whether to bootstrap, file of the history, work. */
  public static void main(String[] args) throws IOException {
    Member self =
        new Member(
            args[0],
            Path.of(args[2]),
            Boolean.parseBoolean(args[3]) ? Start.BOOTSTRAP : Start.AGAIN,
            SNAPSHOT_ENTRIES);
    ClusterSettings settings =
        new ClusterSettings(
            ClusterSettings.parsePeers(args[1]),
            Duration.ofSeconds(3),
            Optional.empty(),
            Optional.of(self));
    CounterSettings namespace = CounterSettings.of("n");
    FileChannel file =
        FileChannel.open(
            Path.of(args[4]),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND);
    Cluster member = Cluster.open(settings);
    CounterRegistry registry = new CounterRegistry(namespace, member.ledger(namespace));
    AtomicLong ids = new AtomicLong(ProcessHandle.current().pid() * 1_000_000_000L);
    Work work = Work.valueOf(args[5]);
    for (int i = 0; i < (work == Work.NONE ? 0 : THREADS); i++) {
      boolean reads = i == 0 && work == Work.ONE_COUNTER;
      boolean own = work == Work.OWN_COUNTERS;
      Thread thread = new Thread(() -> work(registry, reads, own, ids, file), "work-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    while (System.in.read() >= 0) {
      // Goes on until the parent closes the pipe, or ends.
    }
    Runtime.getRuntime().halt(0);
  }

  private static void work(
      CounterRegistry registry, boolean reads, boolean own, AtomicLong ids, FileChannel file) {
    while (true) {
      long id = ids.incrementAndGet();
      String name = own ? "r" + id : "n";
      String kind = reads ? "r" : "i";
      write(file, "S " + id + " " + kind + " " + System.nanoTime());
      try {
        long value = reads ? registry.get(name) : registry.increment(name);
        write(file, "E " + id + " " + System.nanoTime() + " " + value);
      } catch (NotAppliedException e) {
        write(file, "N " + id);
      } catch (OutcomeUnknownException e) {
        write(file, "U " + id);
      }
      if (own) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static void write(FileChannel file, String line) {
    try {
      file.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      Runtime.getRuntime().halt(3);
    }
  }
}
