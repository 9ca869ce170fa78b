package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  @TempDir Path data;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private ArchiveSettings settings(Optional<Duration> pruneAfter) {
    return new ArchiveSettings(
        CounterSettings.of("tickets"),
        Optional.of(Durability.EVENTUAL),
        Optional.of(Duration.ofHours(1)),
        2,
        ArchiveSettings.DEFAULT_FLUSH,
        pruneAfter,
        () -> now);
  }

  @Test
  void everyPastValueIsFoundAgain() {
    Random random = new Random(7);
    List<Long> expected = new ArrayList<>();
    Instant start = now;
    try (Archived open = Archived.open(data, settings(Optional.empty()))) {
      CounterRegistry r = open.registry();
      for (int i = 0; i < 300; i++) {
        now = start.plusSeconds(i);
        if (random.nextInt(40) == 0) {
          r.set("quiet", i);
        } else if (random.nextInt(30) == 0 && r.peek("quiet").isPresent()) {
          r.remove("quiet");
        } else {
          r.increment("busy" + random.nextInt(3));
        }
        expected.add(r.peek("quiet").orElse(-1));
      }
      try (History history = open.ledger().history()) {
        assertEquals(OptionalLong.empty(), history.valueAt("quiet", start.minusSeconds(1), now));
        for (int i = 0; i < 300; i++) {
          assertEquals(
              expected.get(i),
              history.valueAt("quiet", start.plusSeconds(i), now).orElse(-1),
              "at " + i);
        }
        List<Transaction> busy = history.history("busy1", 20);
        assertEquals(20, busy.size());
        for (int i = 0; i < 20; i++) {
          assertEquals(r.get("busy1") - i, busy.get(i).after().getAsLong());
        }
        assertEquals(List.of(), history.history("never", 5));
        assertThrows(IllegalArgumentException.class, () -> history.history("busy1", 0));
      }
      assertEquals(300, Verification.verify(data, "tickets", true));
    }
  }

  @Test
  void whatASnapshotCoversIsPrunedByAgeAndTheRestStaysExact() throws Exception {
    try (Archived open = Archived.open(data, settings(Optional.of(Duration.ofMinutes(1))))) {
      for (int i = 0; i < 100; i++) {
        now = now.plusSeconds(1);
        open.registry().increment("a");
        open.registry().increment("b" + i % 7);
      }
      open.ledger().snapshot();
      assertEquals(122, Verification.verify(data, "tickets", true));
      assertEquals(1, open.ledger().snapshots().files().size());
      assertTrue(open.ledger().snapshots().lastBytes() > 0);
      try (History history = open.ledger().history()) {
        assertEquals(61, history.history("a", 1_000).size());
        assertThrows(
            IllegalArgumentException.class, () -> history.valueAt("a", now.minusSeconds(90), now));
        assertEquals(OptionalLong.of(90), history.valueAt("a", now.minusSeconds(10), now));
      }
    }
    try (Archived open = Archived.open(data, settings(Optional.empty()))) {
      assertEquals(101, open.registry().increment("a"));
    }
    Verification.verify(data, "tickets", true);
    try (var files = Files.list(data.resolve("snapshots"))) {
      assertEquals(2, files.count());
    }
  }

  /** What the file leaves out, since the transaction before has it, comes back when it is read. */
  @Test
  void everyTransactionTellsWhatWasBeforeThoughMuchIsPruned() throws Exception {
    Random random = new Random(11);
    List<String> told = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      try (Archived open = Archived.open(data, settings(Optional.of(Duration.ofSeconds(150))))) {
        for (int i = 0; i < 200; i++) {
          now = now.plusSeconds(1);
          change(open.registry(), "c" + random.nextInt(6), random, told);
        }
        open.registry().increment("quiet", round);
        told.add(
            "quiet increment "
                + told(round > 0, round * (round - 1) / 2)
                + told(true, round * (round + 1) / 2));
        open.ledger().snapshot();
      }
      long count = Verification.verify(data, "tickets", true);
      assertTrue(count < 200 && count > 50, () -> count + " transactions");
      List<String> kept = told.subList(told.size() - (int) count, told.size());
      assertEquals(kept, byTheView());
      try (History history = History.open(data, "tickets")) {
        for (String name : List.of("c0", "c1", "c2", "c3", "c4", "c5", "quiet")) {
          List<String> found = new ArrayList<>();
          for (Transaction t : history.history(name, 10_000)) {
            found.add(0, name + " " + t.operation() + " " + told(t.before()) + told(t.after()));
          }
          assertEquals(kept.stream().filter(line -> line.startsWith(name + " ")).toList(), found);
        }
      }
    }
    damageAndExpectRefusal("update base set value = value + 1 where value is not null");
  }

  private static void change(CounterRegistry r, String name, Random random, List<String> told) {
    OptionalLong before = r.peek(name);
    String operation =
        List.of("set", "getSet", "increment", "compareAndSet", "remove", "get")
            .get(random.nextInt(6));
    long value = random.nextInt(1_000_000);
    boolean changes =
        switch (operation) {
          case "set" -> r.set(name, value) == value;
          case "getSet" -> r.getSet(name, value) == before.orElse(0);
          case "increment" -> r.increment(name, -value) == before.orElse(0) - value;
          case "compareAndSet" -> r.compareAndSet(name, 7, value) || before.isEmpty();
          case "remove" -> before.isPresent() && r.remove(name) == before.getAsLong();
          default -> before.isEmpty() && r.get(name) == 0;
        };
    if (changes) {
      told.add(name + " " + operation + " " + told(before) + told(r.peek(name)));
    }
  }

  private static String told(OptionalLong value) {
    return told(value.isPresent(), value.orElse(0));
  }

  private static String told(boolean isPresent, long value) {
    return isPresent ? "[" + value + "]" : "[null]";
  }

  private List<String> byTheView() throws Exception {
    List<String> found = new ArrayList<>();
    try (Connection connection = Database.connect(data.resolve("tickets.sqlite"), true);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select name, operation, before, after from history order by sequence")) {
      while (row.next()) {
        found.add(
            row.getString(1)
                + " "
                + row.getString(2)
                + " ["
                + row.getString(3)
                + "]["
                + row.getString(4)
                + "]");
      }
    }
    return found;
  }

  private void damageAndExpectRefusal(String sql) throws Exception {
    try (Connection connection = Database.connect(data.resolve("tickets.sqlite"), false)) {
      Database.execute(connection, sql);
    }
    assertThrows(DamagedFileException.class, () -> Verification.verify(data, "tickets", true));
  }

  @Test
  void aTimeThatIsYetToComeIsRefusedAndAnyOtherIsAnswered() {
    Instant noon = now;
    try (Archived open = Archived.open(data, settings(Optional.empty()))) {
      open.registry().increment("a");
      now = noon.plusSeconds(5);
      assertEquals(OptionalLong.of(1), open.ledger().valueAt("a", now));
      for (Instant time : new Instant[] {now.plusNanos(1), Instant.MAX}) {
        for (String counter : new String[] {"a", "never"}) {
          String message =
              assertThrows(
                      IllegalArgumentException.class, () -> open.ledger().valueAt(counter, time))
                  .getMessage();
          assertEquals("time " + time + " is in the future; use " + now + " or earlier", message);
        }
      }
      assertEquals(OptionalLong.empty(), open.ledger().valueAt("a", Instant.MIN));
      // A clock that stepped back does not hide what was recorded.
      now = noon.minusSeconds(60);
      assertEquals(OptionalLong.of(1), open.ledger().valueAt("a", noon));
      assertEquals(1, Past.sequenceAt(data, "tickets", noon, now));
      assertEquals(0, Past.sequenceAt(data, "tickets", Instant.MIN, now));
    }
  }

  @Test
  void timesDoNotStepBackWhenTheClockDoes() {
    Instant noon = now;
    for (int round = 0; round < 2; round++) {
      try (Archived open = Archived.open(data, settings(Optional.empty()))) {
        open.registry().increment("a");
        now = noon.minusSeconds(3_600);
        open.registry().increment("a");
      }
    }
    try (History history = History.open(data, "tickets")) {
      for (Transaction transaction : history.history("a", 10)) {
        assertEquals(noon, transaction.at());
      }
      assertEquals(OptionalLong.of(4), history.valueAt("a", noon, now));
      assertEquals(OptionalLong.empty(), history.valueAt("a", noon.minusMillis(1), now));
    }
    assertEquals(4, Verification.verify(data, "tickets", true));
  }

  @Test
  void aQuietCounterWhoseTransactionsArePrunedKeepsItsValueSince() {
    Instant start = now;
    try (Archived open = Archived.open(data, settings(Optional.of(Duration.ofSeconds(10))))) {
      open.registry().set("quiet", 7);
      for (int i = 0; i < 30; i++) {
        now = now.plusSeconds(1);
        open.registry().increment("busy");
      }
      open.ledger().snapshot();
      try (History history = open.ledger().history()) {
        assertEquals(List.of(), history.history("quiet", 10));
        assertEquals(OptionalLong.of(7), history.valueAt("quiet", now, now));
        assertEquals(OptionalLong.of(7), history.valueAt("quiet", now.minusSeconds(5), now));
        assertThrows(IllegalArgumentException.class, () -> history.valueAt("quiet", start, now));
      }
      open.registry().set("quiet", 8);
      try (History history = open.ledger().history()) {
        assertEquals(OptionalLong.of(7), history.valueAt("quiet", now.minusSeconds(5), now));
        assertEquals(OptionalLong.of(8), history.valueAt("quiet", now, now));
      }
    }
  }

  @Test
  void verifyFindsWhatDoesNotFit() throws Exception {
    List<String> damages =
        List.of(
            "delete from archive where sequence = 5",
            "update archive set before = 77 where sequence = 6",
            "update counter set value = 77 where id = 1",
            "update archive set \"check\" = 1 - \"check\" where sequence = 3",
            "delete from counter where id = 1");
    for (int i = 0; i < damages.size(); i++) {
      Path directory = data.resolve("d" + i);
      try (Archived open = Archived.open(directory, settings(Optional.empty()))) {
        for (int n = 0; n < 10; n++) {
          open.registry().increment("a" + n % 2);
        }
      }
      assertEquals(10, Verification.verify(directory, "tickets", true));
      try (Connection connection = Database.connect(directory.resolve("tickets.sqlite"), false)) {
        Database.execute(connection, damages.get(i));
      }
      assertThrows(
          DamagedFileException.class,
          () -> Verification.verify(directory, "tickets", true),
          damages.get(i));
    }
  }
}
