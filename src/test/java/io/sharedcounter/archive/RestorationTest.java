package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestorationTest {
  private static final String[] NAMES = {"a", "b", "c", "late", "\u00fc \ud83d\ude00"};

  @TempDir Path data;
  private final Instant start = Instant.parse("2026-01-01T00:00:00Z");
  private Instant now = start;

  /** What the counters were after each transaction, by its number. */
  private final List<Map<String, Long>> states = new ArrayList<>();

  private Archived open(Optional<Duration> pruneAfter) {
    return Archived.open(
        data,
        new ArchiveSettings(
            CounterSettings.of("tickets"),
            Optional.of(Durability.EVENTUAL),
            Optional.of(Duration.ofHours(1)),
            5,
            ArchiveSettings.DEFAULT_FLUSH,
            pruneAfter,
            () -> now));
  }

  /** Makes so many transactions, a second apart: counters come, change, go and come again. */
  private void change(CounterRegistry registry, int transactions, long seed) {
    Random random = new Random(seed);
    if (states.isEmpty()) {
      states.add(Map.of());
    }
    for (int i = 0; i < transactions; i++) {
      now = now.plusSeconds(1);
      String name = NAMES[random.nextInt(i < transactions / 2 ? 3 : NAMES.length)];
      if (random.nextInt(4) == 0 && registry.peek(name).isPresent()) {
        registry.remove(name);
      } else if (random.nextBoolean()) {
        registry.set(name, random.nextLong());
      } else {
        // An overflow would be no transaction.
        registry.set(name, 0x1234);
      }
      states.add(registry.getAllCounters());
    }
  }

  private Restoration restore(long sequence) {
    try (DataDirectory directory = DataDirectory.open(data)) {
      return Restoration.restore(directory, "tickets", sequence, () -> now, far -> {});
    }
  }

  private void remember(Restoration done, Map<String, Long> then) {
    Map<String, Long> state = new HashMap<>(states.get(states.size() - 1));
    for (Difference change : done.changes()) {
      change
          .then()
          .ifPresentOrElse(
              v -> state.put(change.counter(), v), () -> state.remove(change.counter()));
      states.add(Map.copyOf(state));
    }
    assertEquals(then, state);
  }

  private Map<String, Long> versions() throws Exception {
    Map<String, Long> versions = new HashMap<>();
    try (Connection connection = Database.connect(data.resolve("tickets.sqlite"), true)) {
      for (String name : NAMES) {
        versions.put(
            name,
            Database.number(connection, "select version from counter where name = '" + name + "'"));
      }
    }
    return versions;
  }

  @Test
  void everyStateThatWasIsRestoredAndTheArchiveGoesOnTruthfully() throws Exception {
    try (Archived open = open(Optional.empty())) {
      change(open.registry(), 60, 1);
    }
    int[] targets = {59, 30, 0, 60, 1, 45, 15};
    for (int target : targets) {
      now = now.plusSeconds(1);
      Map<String, Long> versions = versions();
      int last = states.size() - 1;
      Restoration done = restore(target);
      remember(done, states.get(target));
      assertEquals((long) states.size() - 1, Verification.verify(data, "tickets", true));
      for (Difference change : done.changes()) {
        assertEquals(versions.get(change.counter()) + 1, versions().get(change.counter()));
      }
      try (Archived open = open(Optional.empty())) {
        assertEquals(states.get(target), open.registry().getAllCounters(), "to " + target);
        try (History history = open.ledger().history()) {
          for (Difference change : done.changes()) {
            Transaction shown = history.history(change.counter(), 1).get(0);
            assertEquals("restore", shown.origin());
            assertEquals(change.now(), shown.before());
            assertEquals(change.then(), shown.after());
            assertTrue(shown.sequence() > last);
          }
        }
        change(open.registry(), 3, target);
      }
    }
    try (History history = History.open(data, "tickets")) {
      for (int sequence = 0; sequence <= 60; sequence++) {
        for (String name : NAMES) {
          Long value = states.get(sequence).get(name);
          assertEquals(
              value == null ? OptionalLong.empty() : OptionalLong.of(value),
              history.valueAt(name, start.plusSeconds(sequence), now),
              name + " after " + sequence);
        }
      }
      Map<String, Long> latest = states.get(states.size() - 1);
      assertEquals(
          latest.containsKey("a") ? OptionalLong.of(latest.get("a")) : OptionalLong.empty(),
          history.valueAt("a", now, now));
    }
  }

  @Test
  void whatIsReplacedIsCopiedFirstAndTheCopyIsWhole() throws Exception {
    try (Archived open = open(Optional.empty())) {
      change(open.registry(), 40, 2);
    }
    Path copy = restore(20).copy().orElseThrow();
    assertTrue(copy.startsWith(data.resolve("replaced")));
    Path elsewhere = Files.createDirectories(data.resolve("elsewhere"));
    Files.copy(copy, elsewhere.resolve("tickets.sqlite"));
    assertEquals(40, Verification.verify(elsewhere, "tickets", true));
    try (Archived open = Archived.open(elsewhere, Archived.Kind.POWER_LOSS)) {
      assertEquals(states.get(40), open.registry().getAllCounters());
    }
    assertEquals(Optional.empty(), restore(20).copy());
    try (var copies = Files.list(data.resolve("replaced"))) {
      assertEquals(List.of(copy), copies.toList());
    }
  }

  @Test
  void whatWouldChangeIsToldWithoutAnyChange() throws Exception {
    try (Archived open = open(Optional.empty())) {
      change(open.registry(), 40, 3);
    }
    byte[] before = Files.readAllBytes(data.resolve("tickets.sqlite"));
    List<Difference> told = Past.differences(data, "tickets", 20, far -> {});
    assertArrayEquals(before, Files.readAllBytes(data.resolve("tickets.sqlite")));
    assertFalse(Files.exists(data.resolve("replaced")));
    Map<String, Long> state = new HashMap<>(states.get(40));
    for (Difference change : told) {
      assertEquals(
          state.containsKey(change.counter())
              ? OptionalLong.of(state.get(change.counter()))
              : OptionalLong.empty(),
          change.now());
    }
    assertEquals(told, restore(20).changes());
  }

  @Test
  void theTimeFindsItsTransaction() {
    try (Archived open = open(Optional.empty())) {
      change(open.registry(), 10, 4);
    }
    assertEquals(0, Past.sequenceAt(data, "tickets", start, now));
    assertEquals(3, Past.sequenceAt(data, "tickets", start.plusMillis(3_000), now));
    assertEquals(3, Past.sequenceAt(data, "tickets", start.plusMillis(3_999), now));
    assertEquals(10, Past.sequenceAt(data, "tickets", now, now));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Past.sequenceAt(data, "tickets", now.plusMillis(1), now))
            .getMessage();
    assertTrue(message.contains("future"), message);
  }

  @Test
  void aTransactionThatIsNotThereYetIsRefused() {
    try (Archived open = open(Optional.empty())) {
      change(open.registry(), 10, 5);
    }
    for (long sequence : new long[] {11, -1, Long.MAX_VALUE}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> restore(sequence)).getMessage();
      assertTrue(message.contains("0 to 10"), message);
    }
    assertFalse(Files.exists(data.resolve("replaced")));
  }

  @Test
  void whatIsPrunedIsRestoredFromASnapshotOfItOrRefused() {
    try (Archived open = open(Optional.of(Duration.ofSeconds(20)))) {
      change(open.registry(), 30, 6);
      open.ledger().snapshot();
      change(open.registry(), 30, 7);
      now = now.plusMillis(500);
      open.ledger().snapshot();
    }
    // Pruned are 1 to 40; snapshots are of 30 and 60.
    assertEquals(20, Verification.verify(data, "tickets", true));
    for (long sequence : new long[] {29, 31, 39, 0}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> restore(sequence)).getMessage();
      assertTrue(message.contains("snapshots hold transaction 30 ("), message);
    }
    String tooEarly =
        assertThrows(
                IllegalArgumentException.class,
                () -> Past.sequenceAt(data, "tickets", start.plusSeconds(40), now))
            .getMessage();
    assertTrue(tooEarly.contains("snapshots hold transaction 30"), tooEarly);
    assertEquals(41, Past.sequenceAt(data, "tickets", start.plusSeconds(41), now));
    for (int target : new int[] {30, 40, 50}) {
      remember(restore(target), states.get(target));
      Verification.verify(data, "tickets", true);
      try (Archived open = open(Optional.empty())) {
        assertEquals(states.get(target), open.registry().getAllCounters(), "to " + target);
      }
    }
  }

  @Test
  void aDirectoryInUseAndANamespaceWithoutAnArchiveAreRefused() {
    try (Archived open = open(Optional.empty())) {
      change(open.registry(), 10, 8);
      String message = assertThrows(IllegalStateException.class, () -> restore(5)).getMessage();
      assertTrue(message.contains("in use by"), message);
      open.ledger().history().close();
      // A dry run is not in its way.
      assertEquals(false, Past.differences(data, "tickets", 5, far -> {}).isEmpty());
    }
    Path other = data.resolve("other");
    try (Archived open = Archived.open(other, Archived.Kind.SNAPSHOT)) {
      open.registry().increment("a");
    }
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Past.differences(other, "tickets", 0, far -> {}))
            .getMessage();
    assertTrue(message.contains("no archive"), message);
  }

  @Test
  void aFullDiskLeavesEverythingAsItWas() throws Exception {
    try (Archived open = open(Optional.empty())) {
      for (int i = 0; i < 2_000; i++) {
        open.registry().set("counter " + i % 1_000, i);
      }
    }
    List<Difference> changes = Past.differences(data, "tickets", 1_000, far -> {});
    assertEquals(1_000, changes.size());
    DataDirectory directory = DataDirectory.open(data);
    try (directory;
        Store store =
            Store.open(directory.path(), "tickets", Format.Kind.ARCHIVE, Durability.POWER_LOSS)) {
      Database.execute(store.connection, "pragma max_page_count = 1");
      StoreFailure failure =
          assertThrows(
              StoreFailure.class, () -> Restoration.write(store, "tickets", changes, () -> now));
      assertTrue(failure.isSure(), failure.getMessage());
    }
    assertEquals(2_000, Verification.verify(data, "tickets", true));
    assertEquals(changes, restore(1_000).changes());
    assertEquals(3_000, Verification.verify(data, "tickets", true));
  }
}
