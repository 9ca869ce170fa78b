package io.sharedcounter.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sharedcounter.cluster.ClusterSettings.Member;
import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A member in a process of its own, to be killed: counts and reads in a few threads and writes down
 * each operation, the beginning before it begins, so that a kill loses no knowledge. Does what a
 * line of its standard input says and writes down how that went; ends with its standard input.
 */
final class FaultyNode {
  private static final int THREADS = 4;
  private static final long SNAPSHOT_ENTRIES = 300;

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

  /** Arguments: name, peers, directory, how to start, file of the history, work. */
  public static void main(String[] args) throws IOException {
    Member self = new Member(args[0], Path.of(args[2]), Start.valueOf(args[3]), SNAPSHOT_ENTRIES);
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
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String line; (line = in.readLine()) != null; ) {
      write(file, "C " + command(member, registry, line.split(" ", 2)));
    }
    Runtime.getRuntime().halt(0);
  }

  /** Does what a line says; returns {@code done}, or what was refused. */
  private static String command(Cluster member, CounterRegistry registry, String[] words) {
    try {
      switch (words[0]) {
        case "state" -> {
          return member.state();
        }
        case "add" -> member.addPeer(words[1]);
        case "remove" -> member.removePeer(words[1]);
        case "snapshot" -> member.snapshotNow();
        case "close" -> {
          registry.close();
          member.close();
        }
        default -> throw new IllegalArgumentException(words[0]);
      }
      return "done";
    } catch (RuntimeException e) {
      return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }
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
      file.write(ByteBuffer.wrap((line + "\n").getBytes(US_ASCII)));
    } catch (IOException e) {
      Runtime.getRuntime().halt(3);
    }
  }
}
