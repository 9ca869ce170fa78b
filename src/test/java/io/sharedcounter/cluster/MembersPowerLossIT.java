package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.testing.Disk;
import io.sharedcounter.testing.DiskImage;
import io.sharedcounter.testing.DiskLog;
import io.sharedcounter.testing.DiskLog.Forces;
import io.sharedcounter.testing.InMemory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes down what three members do to their disks, and builds from that the disks that are left
 * when the power of one, two or all of them is lost at one moment: they begin again and have all
 * that was acknowledged. With forces that do nothing they do not.
 */
@Tag("proof")
@Tag("compiler")
class MembersPowerLossIT {
  private static final boolean LONG = "long".equals(System.getProperty("sharedcounter.proof"));
  private static final int LOOKS = Integer.getInteger("sharedcounter.images", LONG ? 300 : 4);
  private static final int INCREMENTS = LONG ? 100 : 15;

  @TempDir static Path directory;

  @TempDir(factory = InMemory.class)
  static Path disks;

  @TempDir(factory = InMemory.class)
  Path images;

  private static Path root;
  private static Path record;
  private static Map<String, InetSocketAddress> peers;

  @BeforeAll
  static void record() throws Exception {
    root = Files.createDirectory(disks.resolve("disk"));
    record = directory.resolve("calls");
    List<String> all = new ArrayList<>();
    List<Integer> ports = FreePorts.find(3);
    for (String name : CountingMembers.NAMES) {
      all.add(name + "@127.0.0.1:" + ports.get(all.size()));
    }
    peers = ClusterSettings.parsePeers(String.join(",", all));
    Disk.run(
        Disk.compile(directory),
        Map.of("DISK_ROOT", root.toString(), "DISK_LOG", record.toString()),
        0,
        CountingMembers.class,
        root.toString(),
        String.join(",", all),
        Integer.toString(INCREMENTS));
  }

  @Test
  void whatWasAcknowledgedSurvivesTheLossOfPowerOfAnyOfTheMembers() throws Exception {
    long seed = Long.getLong("sharedcounter.seed", System.nanoTime());
    Random random = new Random(seed);
    DiskLog log = DiskLog.read(root, Forces.ALL, List.of(record));
    for (int i = 0; i < LOOKS; i++) {
      // All three at once most often: nobody else has what they lost.
      int count = i % 4 == 0 ? 1 : i % 4 == 1 ? 2 : 3;
      String what = "seed " + seed + ", image " + i + ", " + count + " members: ";
      String found = look(log, count, random);
      System.getLogger("io.sharedcounter.test").log(System.Logger.Level.INFO, what + found);
      assertEquals("exact", found, what);
    }
  }

  @Test
  void withoutForcesItDoesNot() throws Exception {
    Random random = new Random(37);
    DiskLog log = DiskLog.read(root, Forces.NONE, List.of(record));
    Set<String> found = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      found.add(look(log, 3, random));
    }
    assertTrue(!found.equals(Set.of("exact")), "nothing is lost without a force");
  }

  /** Returns {@code exact}, or what is wrong. */
  private String look(DiskLog log, int count, Random random) throws Exception {
    List<String> names = new ArrayList<>(CountingMembers.NAMES);
    Collections.shuffle(names, random);
    int at = moment(log, names.get(0), random);
    Path image = Files.createDirectory(images.resolve("image"));
    try (TestCluster cluster = new TestCluster(image, peers)) {
      for (String name : names) {
        Path target = Files.createDirectory(image.resolve(name));
        if (names.indexOf(name) < count) {
          DiskImage.write(log, name, at, random, target);
        } else {
          DiskImage.writeAll(log, name, at, target);
        }
      }
      for (String name : names) {
        try {
          cluster.open(name, Start.AGAIN);
        } catch (IllegalArgumentException | IllegalStateException e) {
          return "at call " + at + " " + name + " is refused: " + e.getMessage();
        }
      }
      return compare(log, at, cluster);
    } finally {
      delete(image);
    }
  }

  /** Returns a moment after the first acknowledgement, often one at which a write is not forced. */
  private static int moment(DiskLog log, String name, Random random) {
    int first =
        log.notes.stream()
            .filter(note -> !note.line().equals(CountingMembers.TRY))
            .mapToInt(DiskLog.Note::at)
            .min()
            .orElseThrow();
    List<Integer> writes = log.writes(name).stream().filter(at -> at > first).toList();
    return random.nextBoolean()
        ? writes.get(random.nextInt(writes.size())) + 1
        : first + 1 + random.nextInt(log.length() - first);
  }

  private static String compare(DiskLog log, int at, TestCluster cluster) {
    long acknowledged = 0;
    long tried = 0;
    for (DiskLog.Note note : log.notes) {
      if (note.at() < at && note.line().equals(CountingMembers.TRY)) {
        tried++;
      } else if (note.at() < at) {
        acknowledged = Math.max(acknowledged, Long.parseLong(note.line()));
      }
    }
    cluster.leader();
    long next = acknowledged + 1;
    for (String name : CountingMembers.NAMES) {
      long value = cluster.on(name).increment(CountingMembers.COUNTER);
      boolean isFirst = name.equals(CountingMembers.NAMES.get(0));
      if (isFirst ? value < next || value > tried + 1 : value != next) {
        return "at call "
            + at
            + ": "
            + value
            + " on "
            + name
            + " after "
            + acknowledged
            + " were acknowledged of "
            + tried;
      }
      next = value + 1;
    }
    return "exact";
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
