package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads files that the first build with each format wrote; they are never written again. */
class FormatFixtureTest {
  @TempDir Path data;

  @Test
  void aFileOfFormat1IsReadByEveryLaterBuild() throws Exception {
    copy("/formats/v1/tickets.sqlite");
    assertEquals(6, Verification.verify(data, "tickets", true));
    try (Archived open = Archived.open(data, Archived.Kind.POWER_LOSS)) {
      assertEquals(
          Map.of("next", 7L, "max", Long.MAX_VALUE, "\u00fc", 0L),
          open.registry().getAllCounters());
      try (History history = open.ledger().history()) {
        List<Transaction> next = history.history("next", 10);
        assertEquals(2, next.size());
        assertEquals(OptionalLong.of(5), next.get(0).before());
        assertEquals("increment", next.get(0).operation());
        assertEquals("app", next.get(0).origin());
        assertEquals(Instant.parse("2026-01-01T00:00:01Z"), next.get(0).at());
        assertEquals(OptionalLong.empty(), history.history("gone", 1).get(0).after());
      }
      assertEquals(1, open.registry().increment("gone"));
      assertEquals(8, open.registry().set("next", 8));
      try (History history = open.ledger().history()) {
        assertEquals(OptionalLong.of(7), history.history("next", 1).get(0).before());
      }
    }
    // As the build that wrote it would have gone on.
    assertEquals(8, Verification.verify(data, "tickets", true));
    try (Connection connection = Database.connect(data.resolve("tickets.sqlite"), true)) {
      assertEquals(1, Database.version(connection));
      assertEquals(7, Database.number(connection, "select before from archive where sequence = 8"));
    }
  }

  @Test
  void aFileOfFormat2WhoseOldestArePrunedIsReadByEveryLaterBuild() throws Exception {
    copy("/formats/v2/tickets.sqlite");
    assertEquals(6, Verification.verify(data, "tickets", true));
    try (Archived open = Archived.open(data, Archived.Kind.POWER_LOSS)) {
      assertEquals(
          Map.of("next", 9L, "max", Long.MAX_VALUE, "\u00fc", 0L),
          open.registry().getAllCounters());
      try (History history = open.ledger().history()) {
        assertEquals(
            "[8 2026-01-01T00:01:00Z getSet 7 -> 9 by app,"
                + " 7 2026-01-01T00:01:00Z increment 5 -> 7 by app]",
            history.history("next", 10).toString());
        assertEquals(
            "[9 2026-01-01T00:01:00Z remove 4 -> absent by app,"
                + " 6 2026-01-01T00:01:00Z set absent -> 4 by app]",
            history.history("gone", 10).toString());
        assertEquals(OptionalLong.of(1), history.history("max", 1).get(0).before());
      }
      assertEquals(3, open.registry().set("gone", 3));
    }
    assertEquals(7, Verification.verify(data, "tickets", true));
  }

  private void copy(String kept) throws IOException {
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(kept))) {
      Files.copy(in, data.resolve("tickets.sqlite"));
    }
  }
}
