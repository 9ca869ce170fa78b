package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages each snapshot in many ways: what is asked of it is exact, or refused by its name; it is
 * left as it is, and nothing else is in its way.
 */
class DamagedSnapshotTest {
  private static final int PAGE = 4_096;

  @TempDir Path data;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  /** When transaction 100 was, the last that is pruned; the next came a minute later. */
  private Instant pruned = now;

  private Path older;
  private Path newer;
  private Map<String, Long> atSixty;
  private Map<String, Long> atHundred;
  private String backToSixty = "";
  private String backToHundredTen = "";

  @BeforeEach
  void writeSnapshots() throws Exception {
    ArchiveSettings settings =
        new ArchiveSettings(
            CounterSettings.of("tickets"),
            Optional.of(Durability.EVENTUAL),
            Optional.of(Duration.ofHours(1)),
            5,
            ArchiveSettings.DEFAULT_FLUSH,
            Optional.of(Duration.ofSeconds(25)),
            () -> now);
    try (Archived open = Archived.open(data, settings)) {
      change(open, 60);
      open.ledger().snapshot();
      atSixty = open.registry().getAllCounters();
      change(open, 40);
      pruned = now;
      now = now.plusSeconds(60);
      open.ledger().snapshot();
      atHundred = open.registry().getAllCounters();
      change(open, 20);
    }
    for (Path file : Snapshots.files(data, "tickets")) {
      if (Snapshots.sequence(file) == 120) {
        Files.delete(file);
      }
    }
    older = Snapshots.of(data, "tickets", 60).orElseThrow();
    newer = Snapshots.of(data, "tickets", 100).orElseThrow();
    backToSixty = backTo(60);
    backToHundredTen = backTo(110);
    assertEquals(100, Past.sequenceAt(data, "tickets", pruned, now));
    assertEquals(2, Snapshots.verify(data, "tickets"));
  }

  private void change(Archived open, int transactions) {
    for (int i = 0; i < transactions; i++) {
      now = now.plusSeconds(1);
      open.registry().set("a counter with a rather long name, " + i % 35, now.toEpochMilli() * i);
    }
  }

  private String backTo(long sequence) {
    return Past.differences(data, "tickets", sequence, far -> {}).stream()
        .map(Difference::toString)
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  /** Returns 1 if what is asked is refused, and 0 if it is exact. */
  private static int refusals(Path file, Object exact, Supplier<Object> asked) {
    try {
      assertEquals(exact, asked.get());
      return 0;
    } catch (DamagedFileException e) {
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
      return 1;
    }
  }

  private boolean isRefused(Path file, byte[] bytes) throws Exception {
    Files.write(file, bytes);
    int refused = refusals(file, 2, () -> Snapshots.verify(data, "tickets"));
    refused += refusals(file, backToSixty, () -> backTo(60));
    refused += refusals(file, 100L, () -> Past.sequenceAt(data, "tickets", pruned, now));
    refused += refusals(file, "too old", this::askedBeforeThat);
    assertEquals(backToHundredTen, backTo(110));
    Path alone = Files.createDirectories(data.resolve("alone")).resolve("tickets.sqlite");
    Files.write(alone, bytes);
    Map<String, Long> values = file.equals(older) ? atSixty : atHundred;
    refused +=
        refusals(
            alone, values, () -> CounterFile.copy(data.resolve("alone"), "tickets").counters());
    assertArrayEquals(bytes, Files.readAllBytes(file));
    try (var files = Files.list(data.resolve("snapshots"))) {
      assertEquals(2, files.count());
    }
    return refused > 0;
  }

  private String askedBeforeThat() {
    try {
      return "found " + Past.sequenceAt(data, "tickets", pruned.minusMillis(1), now);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      String exact = "60 (2026-01-01T00:01:00Z)";
      assertTrue(message.endsWith(exact) || message.endsWith("60 (damaged)"), message);
      return "too old";
    }
  }

  @Test
  void aFlippedBitIsFoundOrHarmless() throws Exception {
    Random random = new Random(17);
    int refused = 0;
    for (Path file : new Path[] {older, newer}) {
      byte[] whole = Files.readAllBytes(file);
      for (int page = 0; page < whole.length / PAGE; page++) {
        // SQLite fills a page from its end: there is the head.
        for (int i = 0; i < 70; i++) {
          byte[] damaged = whole.clone();
          int at = i < 60 ? (page + 1) * PAGE - 1 - i : page * PAGE + random.nextInt(PAGE);
          damaged[at] ^= (byte) (1 << random.nextInt(8));
          refused += isRefused(file, damaged) ? 1 : 0;
        }
      }
      assertEquals(false, isRefused(file, whole));
    }
    assertTrue(refused > 100, "only " + refused);
  }

  @Test
  void aCutOneIsRefused() throws Exception {
    for (Path file : new Path[] {older, newer}) {
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length < whole.length; length += PAGE / 2) {
        assertTrue(isRefused(file, Arrays.copyOf(whole, length)), "cut at " + length);
      }
      Files.write(file, whole);
    }
  }

  @Test
  void oneUnderTheNameOfAnotherIsRefused() throws Exception {
    byte[] right = Files.readAllBytes(older);
    Files.copy(newer, older, StandardCopyOption.REPLACE_EXISTING);
    assertThrows(DamagedFileException.class, () -> backTo(60));
    Files.write(newer, right);
    assertThrows(DamagedFileException.class, () -> Past.sequenceAt(data, "tickets", pruned, now));
  }

  @Test
  void theNamespaceGoesOnWithoutIt() throws Exception {
    Files.write(newer, new byte[PAGE]);
    try (Archived open = Archived.open(data, Archived.Kind.POWER_LOSS)) {
      open.registry().increment("next");
      open.ledger().snapshot();
    }
    assertArrayEquals(new byte[PAGE], Files.readAllBytes(newer));
    assertEquals(21, Verification.verify(data, "tickets", true));
    String message =
        assertThrows(DamagedFileException.class, () -> Snapshots.verify(data, "tickets"))
            .getMessage();
    assertTrue(message.contains(newer.toString()), message);
    Files.write(newer, new byte[0]);
    message =
        assertThrows(DamagedFileException.class, () -> Snapshots.at(newer, "tickets")).getMessage();
    assertTrue(message.contains("move it away"), message);
  }
}
