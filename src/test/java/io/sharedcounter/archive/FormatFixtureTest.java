package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads a file that the first build with format 1 wrote; it is never written again. */
class FormatFixtureTest {
  @TempDir Path data;

  @Test
  void aFileOfFormat1IsReadByEveryLaterBuild() throws Exception {
    try (InputStream kept =
        Objects.requireNonNull(getClass().getResourceAsStream("/formats/v1/tickets.sqlite"))) {
      Files.copy(kept, data.resolve("tickets.sqlite"));
    }
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
    }
    assertEquals(7, Verification.verify(data, "tickets", true));
  }
}
