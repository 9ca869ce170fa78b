package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The one row that says where a file stands has another value than was written. */
class DamagedHeadTest {
  @TempDir Path data;

  static Stream<Arguments> columns() {
    return Stream.of("sequence", "at", "digest", "pruned")
        .flatMap(
            column ->
                Stream.of(Archived.Kind.EVENTUAL, Archived.Kind.SNAPSHOT)
                    // Without an archive no time and no pruning is told to anybody.
                    .filter(
                        kind ->
                            kind == Archived.Kind.EVENTUAL
                                || List.of("sequence", "digest").contains(column))
                    .map(kind -> Arguments.of(column, kind)));
  }

  @ParameterizedTest
  @MethodSource("columns")
  void aHeadThatIsNotWhatWasWrittenIsRefused(String column, Archived.Kind kind) throws Exception {
    boolean archive = kind == Archived.Kind.EVENTUAL;
    try (Archived open = Archived.open(data, kind)) {
      open.registry().set("a", 5);
      open.registry().set("b", 6);
    }
    Path file = data.resolve("tickets.sqlite");
    Verification.verify(data, "tickets", archive);
    Files.deleteIfExists(Mark.file(file));
    for (String change : new String[] {" + 1", " + 1099511627776", " - 1"}) {
      byte[] whole = Files.readAllBytes(file);
      try (Connection connection = Database.connect(file, false)) {
        Database.execute(connection, "update head set " + column + " = " + column + change);
      }
      byte[] damaged = Files.readAllBytes(file);
      for (Runnable reader :
          List.<Runnable>of(
              () -> Archived.open(data, kind).close(),
              () -> Verification.verify(data, "tickets", archive))) {
        String message = assertThrows(DamagedFileException.class, reader::run, change).getMessage();
        assertTrue(message.contains(file.toString()), message);
      }
      assertArrayEquals(damaged, Files.readAllBytes(file));
      Files.write(file, whole);
    }
    try (Archived open = Archived.open(data, kind)) {
      assertEquals(5, open.registry().get("a"));
    }
  }

  @Test
  void aRestoreIsNotPlannedFromDamagedCounters() throws Exception {
    try (Archived open = Archived.open(data, Archived.Kind.EVENTUAL)) {
      open.registry().set("a", 5);
      open.registry().set("b", 6);
    }
    try (Connection connection = Database.connect(data.resolve("tickets.sqlite"), false)) {
      Database.execute(connection, "update counter set name = 'c' where name = 'b'");
    }
    assertThrows(DamagedFileException.class, () -> Past.differences(data, "tickets", 1, far -> {}));
    assertThrows(DamagedFileException.class, () -> CounterFile.copy(data, "tickets"));
  }

  @Test
  void whatAKilledProcessHadNotFinishedIsSweptWithItsJournal() throws Exception {
    Path snapshots = Files.createDirectories(data.resolve("snapshots"));
    // A hot journal, https://www.sqlite.org/fileformat.html section 3: it cuts its file to a page.
    byte[] left =
        ByteBuffer.allocate(600)
            .putLong(0xd9d505f920a163d7L)
            .putInt(0)
            .putInt(0)
            .putInt(1)
            .putInt(512)
            .putInt(4_096)
            .array();
    for (String name : new String[] {"tickets.draft", "tickets.draft.new"}) {
      Files.write(snapshots.resolve(name), left);
      Files.write(snapshots.resolve(name + "-journal"), left);
    }
    try (Archived open = Archived.open(data, Archived.Kind.POWER_LOSS)) {
      open.registry().set("a", 5);
      open.ledger().snapshot();
    }
    assertEquals(1, Snapshots.verify(data, "tickets"));
    try (var files = Files.list(snapshots)) {
      assertEquals(1, files.count());
    }
  }
}
