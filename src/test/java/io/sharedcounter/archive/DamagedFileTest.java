package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damages a file in many ways: it opens exact, or is refused and left as it is. */
class DamagedFileTest {
  private static final int PAGE = 4_096;

  @TempDir Path data;
  private Path file;
  private byte[] whole;
  private Map<String, Long> values;
  private List<Transaction> history;

  @BeforeEach
  void writeAFile() throws Exception {
    file = data.resolve("tickets.sqlite");
    try (Archived open = Archived.open(data, Archived.Kind.EVENTUAL)) {
      for (int i = 0; i < 400; i++) {
        open.registry().set("counter " + i % 150, i * 1_000_003L);
      }
      values = open.registry().getAllCounters();
      try (History read = open.ledger().history()) {
        history = read.history("counter 7", 10);
      }
    }
    whole = Files.readAllBytes(file);
    assertTrue(whole.length >= 5 * PAGE);
  }

  private boolean opensExact(byte[] bytes) throws Exception {
    Files.write(file, bytes);
    Files.deleteIfExists(data.resolve("tickets.sqlite-wal"));
    Files.deleteIfExists(data.resolve("tickets.sqlite-shm"));
    try (Archived open = Archived.open(data, Archived.Kind.EVENTUAL)) {
      assertEquals(values, open.registry().getAllCounters());
      try (History read = open.ledger().history()) {
        assertEquals(history, read.history("counter 7", 10));
      } catch (DamagedFileException e) {
        return false;
      }
      return true;
    } catch (DamagedFileException e) {
      assertTrue(e.getMessage().contains("tickets.sqlite"), e.getMessage());
      assertArrayEquals(bytes, Files.readAllBytes(file));
      return false;
    }
  }

  @Test
  void aFlippedBitIsFoundOrHarmless() throws Exception {
    Random random = new Random(11);
    int refused = 0;
    int tried = 0;
    for (int page = 0; page < whole.length / PAGE; page++) {
      for (int i = 0; i < 12; i++) {
        byte[] damaged = whole.clone();
        int at = page * PAGE + (i < 4 ? i * 7 : random.nextInt(PAGE));
        damaged[at] ^= (byte) (1 << random.nextInt(8));
        tried++;
        refused += opensExact(damaged) ? 0 : 1;
      }
    }
    assertTrue(refused > tried / 10, refused + " of " + tried);
    assertTrue(opensExact(whole));
  }

  @Test
  void aCutFileIsRefused() throws Exception {
    for (int length = 0; length < whole.length; length += PAGE / 2) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertEquals(false, opensExact(cut), "cut at " + length);
    }
  }

  @Test
  void aHeadThatLostItsNameIsRefusedByNameToo() throws Exception {
    try (Connection connection = Database.connect(file, false)) {
      Database.execute(
          connection,
          "create table lost as select one, null as namespace, kind, sequence, at, digest, pruned"
              + " from head");
      Database.execute(connection, "drop table head");
      Database.execute(connection, "alter table lost rename to head");
    }
    assertEquals(false, opensExact(Files.readAllBytes(file)));
  }

  @Test
  void aNewerFormatIsRefusedByName() throws Exception {
    byte[] newer = whole.clone();
    newer[63] = 3; // user_version, https://www.sqlite.org/fileformat.html section 1.3
    Files.write(file, newer);
    String message =
        assertThrows(DamagedFileException.class, () -> Archived.open(data, Archived.Kind.EVENTUAL))
            .getMessage();
    assertTrue(message.contains("has format 3"), message);
    assertArrayEquals(newer, Files.readAllBytes(file));
  }

  @Test
  void aNameThatIsThereTwiceIsRefusedThoughTheDigestFits() throws Exception {
    try (Connection connection = Database.connect(file, false)) {
      Database.execute(connection, "update counter set name = 'counter 7' where id = 140");
      fitDigest(connection);
    }
    String message =
        assertThrows(DamagedFileException.class, () -> Archived.open(data, Archived.Kind.EVENTUAL))
            .getMessage();
    assertTrue(message.contains("'counter 7' is there twice"), message);
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void numbersThatAreFewerThanTheCountersAreRefusedThoughTheDigestFits() throws Exception {
    try (Connection connection = Database.connect(file, false)) {
      Database.execute(connection, "update counter set id = -id where id > 5");
      fitDigest(connection);
    }
    String message =
        assertThrows(DamagedFileException.class, () -> Archived.open(data, Archived.Kind.EVENTUAL))
            .getMessage();
    assertTrue(message.contains("more counters than their numbers allow"), message);
  }

  private static void fitDigest(Connection connection) throws Exception {
    long digest = 0;
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select id, name, value, version, sequence from counter")) {
      while (row.next()) {
        digest += Store.counter(row).digest();
      }
    }
    Database.execute(connection, "update head set digest = " + digest);
  }
}
