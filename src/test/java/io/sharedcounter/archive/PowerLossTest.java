package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.archive.CountingProcess.End;
import io.sharedcounter.testing.Disk;
import io.sharedcounter.testing.DiskImage;
import io.sharedcounter.testing.DiskLog;
import io.sharedcounter.testing.DiskLog.Forces;
import io.sharedcounter.testing.Faults;
import io.sharedcounter.testing.InMemory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Writes down what processes that count do to their disk, and builds from that the disks that a
 * loss of power may leave, at any moment: each opens, is exact, and with {@code POWER_LOSS} has all
 * that was acknowledged. The same images with fewer forces do not.
 */
@Tag("proof")
@Tag("compiler")
class PowerLossTest {
  private static final boolean LONG = "long".equals(System.getProperty("sharedcounter.proof"));
  private static final int IMAGES = LONG ? 2_000 : 100;

  /** When processes are killed: with all made and nothing forced, and about when it all is. */
  private static final int[] KILLS =
      LONG ? IntStream.rangeClosed(1, 60).toArray() : new int[] {1, 14, 15, 16, 17, 18};

  private static final int INCREMENTS = LONG ? 250 : 60;

  @TempDir static Path directory;

  @TempDir(factory = InMemory.class)
  static Path disks;

  private static Path library;
  private static final Map<Archived.Kind, List<Path>> RECORDS = new EnumMap<>(Archived.Kind.class);

  @TempDir(factory = InMemory.class)
  Path images;

  /** What an image shows. */
  private enum Found {
    EXACT,
    LESS_THAN_ACKNOWLEDGED,
    WRONG
  }

  @BeforeAll
  static void record() throws Exception {
    library = Disk.compile(directory);
    for (Archived.Kind kind : Archived.Kind.values()) {
      Path root = Files.createDirectory(disks.resolve("disk-" + kind));
      // Who does not wait for the disk has done more by the time it is killed.
      boolean waits = kind == Archived.Kind.POWER_LOSS || kind == Archived.Kind.PROCESS_KILL;
      int increments = waits ? INCREMENTS : 20 * INCREMENTS;
      List<Path> records = new ArrayList<>();
      for (End end :
          kind == Archived.Kind.POWER_LOSS
              ? List.of(End.CLOSED, End.KILLED, End.FORCE_FAILED, End.CLOSED)
              : List.of(End.KILLED, End.CLOSED)) {
        records.add(count(root, kind, increments, end, 0));
      }
      RECORDS.put(kind, records);
    }
  }

  private static Path count(Path root, Archived.Kind kind, int increments, End end, int force)
      throws Exception {
    Path record = Files.createTempFile(directory, "calls", ".log");
    Path control = Faults.create(directory.resolve("control"));
    Disk.run(
        library,
        Map.of(
            "DISK_ROOT",
            root.toString(),
            "DISK_LOG",
            record.toString(),
            "DISK_CONTROL",
            control.toString()),
        end == End.CLOSED ? 0 : CountingProcess.KILLED,
        CountingProcess.class,
        root.toString(),
        kind.name(),
        Integer.toString(increments),
        end.name(),
        control.toString(),
        Integer.toString(force));
    return record;
  }

  private static DiskLog log(Archived.Kind kind, Forces forces) throws IOException {
    return DiskLog.read(disks.resolve("disk-" + kind), forces, RECORDS.get(kind));
  }

  @Test
  void whatWasAcknowledgedSurvivesTheLossOfPower() throws Exception {
    isExact(log(Archived.Kind.POWER_LOSS, Forces.ALL), IMAGES, new Random(29));
  }

  private void isExact(DiskLog log, int looks, Random random) throws Exception {
    noNumberWasHandedOutTwice(log);
    for (int i = 0; i < looks; i++) {
      int at = 1 + random.nextInt(log.length());
      assertEquals(Found.EXACT, look(log, Archived.Kind.POWER_LOSS, at, random), "at call " + at);
    }
  }

  /** Each process finds what the one before left, whatever that was about to force. */
  @Test
  void itSurvivesAlsoWhenEveryProcessBeforeWasKilledAtAForce() throws Exception {
    Path root = Files.createDirectory(images.resolve("root"));
    List<Path> records = new ArrayList<>();
    for (int force : KILLS) {
      records.add(count(root, Archived.Kind.POWER_LOSS, 40, End.KILLED_AT_FORCE, force));
    }
    records.add(count(root, Archived.Kind.POWER_LOSS, 40, End.CLOSED, 0));
    isExact(DiskLog.read(root, Forces.ALL, records), IMAGES / 2, new Random(41));
  }

  @ParameterizedTest
  @EnumSource(names = "POWER_LOSS", mode = EnumSource.Mode.EXCLUDE)
  void whatIsLeftOfTheOthersOpensAndIsAPrefixOfWhatWasDone(Archived.Kind kind) throws Exception {
    DiskLog log = log(kind, Forces.ALL);
    Random random = new Random(31);
    for (int i = 0; i < IMAGES / 4; i++) {
      int at = 1 + random.nextInt(log.length());
      Found found = look(log, kind, at, random);
      assertTrue(found != Found.WRONG, "at call " + at);
    }
  }

  /** The proof that the images above can show a loss. */
  @Test
  void lessForceLosesWhatWasAcknowledged() throws Exception {
    Random random = new Random(37);
    Map<String, DiskLog> lesser =
        Map.of(
            "process kill", log(Archived.Kind.PROCESS_KILL, Forces.ALL),
            "no force", log(Archived.Kind.POWER_LOSS, Forces.NONE),
            "no force of directories", log(Archived.Kind.POWER_LOSS, Forces.OF_FILES));
    for (Map.Entry<String, DiskLog> each : lesser.entrySet()) {
      Set<Found> found = new HashSet<>();
      for (int i = 0; i < 25; i++) {
        int at = 1 + random.nextInt(each.getValue().length());
        found.add(look(each.getValue(), Archived.Kind.POWER_LOSS, at, random));
      }
      assertTrue(
          found.contains(Found.LESS_THAN_ACKNOWLEDGED) || found.contains(Found.WRONG),
          each.getKey() + " loses nothing");
    }
  }

  private Found look(DiskLog log, Archived.Kind kind, int at, Random random) throws Exception {
    Path image = Files.createDirectory(images.resolve("image"));
    try {
      DiskImage.write(log, at, random, image);
      Path data = image.resolve("new").resolve("data");
      boolean lacksMore;
      try (Archived open = Archived.open(data, kind)) {
        lacksMore = !hasAcknowledged(log, at, open);
        isAPrefix(open);
      } catch (DamagedFileException e) {
        return Found.WRONG;
      }
      Verification.verify(data, "tickets", kind != Archived.Kind.SNAPSHOT);
      checkSnapshots(data);
      return lacksMore ? Found.LESS_THAN_ACKNOWLEDGED : Found.EXACT;
    } finally {
      delete(image);
    }
  }

  private static boolean hasAcknowledged(DiskLog log, int at, Archived open) {
    Map<String, Long> acknowledged = new HashMap<>();
    for (DiskLog.Note note : log.notes) {
      if (note.at() < at) {
        String[] words = note.line().split(" ", -1);
        boolean isShared = words[0].equals("shared");
        acknowledged.merge(
            isShared ? words[0] : "own " + words[0],
            Long.parseLong(words[1]) + (isShared ? 1 : 0),
            Math::max);
      }
    }
    return acknowledged.entrySet().stream()
        .allMatch(each -> open.registry().peek(each.getKey()).orElse(0) >= each.getValue());
  }

  /** Each caller changes its own counter first, in each of the processes. */
  private static void isAPrefix(Archived open) {
    long own = 0;
    for (int i = 0; i < CountingProcess.CALLERS; i++) {
      own += open.registry().peek("own " + i).orElse(0);
    }
    long shared = open.registry().peek("shared").orElse(0);
    assertTrue(shared <= own && own <= shared + 60L * CountingProcess.CALLERS, own + ", " + shared);
  }

  private static void noNumberWasHandedOutTwice(DiskLog log) {
    Set<String> numbers = new HashSet<>();
    for (DiskLog.Note note : log.notes) {
      assertTrue(numbers.add(note.line()), "twice: " + note.line());
    }
    assertTrue(numbers.size() > 100, "only " + numbers.size());
  }

  private static void checkSnapshots(Path data) throws Exception {
    Path snapshots = data.resolve("snapshots");
    if (Files.isDirectory(snapshots)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(snapshots, "*.sqlite")) {
        for (Path file : files) {
          try (Connection connection = Database.connect(file, true)) {
            Database.check(connection, file, "tickets", Format.Kind.SNAPSHOT);
            assertEquals(0, Database.number(connection, "pragma integrity_check(1)"));
            String name = file.getFileName().toString();
            assertEquals(
                Long.parseLong(name.substring(8, name.length() - 7)),
                Database.number(connection, "select sequence from head"));
          }
        }
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
