package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterLock;
import io.sharedcounter.core.CounterLockedException;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.testing.Warnings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchiveLedgerTest {
  @TempDir Path data;

  @ParameterizedTest
  @EnumSource
  void theAncestorsSelfTestComesOutTheSame(Archived.Kind kind) {
    try (Archived open = Archived.open(data, kind)) {
      CounterRegistry r = open.registry();
      long[] found = {
        r.get("bongo"),
        r.set("bongo", 5),
        r.getSet("bongo", 10),
        r.getSet("bongo", 15),
        r.getIncrement("bongo"),
        r.getIncrement("bongo"),
        r.increment("bongo"),
        r.increment("bongo"),
        r.increment("bongo", 5)
      };
      assertEquals(List.of(0L, 5L, 5L, 10L, 15L, 16L, 18L, 19L, 24L), list(found));
    }
  }

  private static List<Long> list(long... values) {
    List<Long> list = new ArrayList<>();
    for (long value : values) {
      list.add(value);
    }
    return list;
  }

  @ParameterizedTest
  @EnumSource
  void everythingIsThereAgainAfterARestart(Archived.Kind kind) {
    try (Archived open = Archived.open(data, kind)) {
      CounterRegistry r = open.registry();
      r.set("max", Long.MAX_VALUE);
      r.set("min", Long.MIN_VALUE);
      r.get("read");
      r.compareAndSet("unequal", 1, 2);
      r.set("gone", 7);
      r.remove("gone");
      r.lockCounter("locked").close();
      r.increment("\u00fc \ud83d\ude00", 3);
      assertThrows(ArithmeticException.class, () -> r.increment("max"));
    }
    try (Archived open = Archived.open(data, kind)) {
      CounterRegistry r = open.registry();
      assertEquals(
          Map.of(
              "max",
              Long.MAX_VALUE,
              "min",
              Long.MIN_VALUE,
              "read",
              0L,
              "unequal",
              0L,
              "locked",
              0L,
              "\u00fc \ud83d\ude00",
              3L),
          r.getAllCounters());
      assertEquals(6, r.count());
      assertEquals(OptionalLong.empty(), r.peek("gone"));
      assertEquals(1, r.increment("gone"));
    }
    try (Archived open = Archived.open(data, kind)) {
      assertEquals(1, open.registry().get("gone"));
      assertEquals(7, open.registry().count());
    }
  }

  @ParameterizedTest
  @EnumSource
  void manyCallersGetEveryNumberOnce(Archived.Kind kind) throws InterruptedException {
    boolean[] seen = new boolean[8 * 250];
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (Archived open = Archived.open(data, kind)) {
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Thread caller =
            new Thread(
                () -> {
                  for (int n = 0; n < 250; n++) {
                    int id = (int) open.registry().getIncrement("id");
                    synchronized (seen) {
                      if (seen[id]) {
                        failure.set(new AssertionError(id + " twice"));
                      }
                      seen[id] = true;
                    }
                  }
                });
        caller.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
        caller.start();
        callers.add(caller);
      }
      for (Thread caller : callers) {
        caller.join();
      }
    }
    assertEquals(null, failure.get());
    try (Archived open = Archived.open(data, kind)) {
      assertEquals(2_000, open.registry().get("id"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLockHoldsOffOthersUntilItEnds(Archived.Kind kind) {
    Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
    CounterSettings settings = new CounterSettings("tickets", 100, Duration.ZERO, () -> now[0]);
    try (Archived open = Archived.open(data, kind, settings)) {
      CounterRegistry r = open.registry();
      CounterLock lock = r.lockCounter("seats");
      assertEquals(1, lock.increment());
      assertThrows(CounterLockedException.class, () -> r.increment("seats"));
      assertEquals(1, r.get("seats"));
      assertTrue(r.locks().containsKey("seats"));
      now[0] = now[0].plusSeconds(31);
      assertEquals(2, r.increment("seats"));
      assertThrows(IllegalStateException.class, lock::increment);
      assertFalse(r.locks().containsKey("seats"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void noMoreCountersThanAllowedAlsoAfterARestart(Archived.Kind kind) {
    CounterSettings settings =
        new CounterSettings("tickets", 2, Duration.ZERO, CounterSettings.of("x").clock());
    for (int round = 0; round < 2; round++) {
      try (Archived open = Archived.open(data, kind, settings)) {
        open.registry().increment("a");
        open.registry().increment("b");
        assertThrows(IllegalStateException.class, () -> open.registry().increment("c"));
        assertEquals(2, open.registry().count());
        assertEquals(round + 1, open.registry().get("a"));
      }
    }
  }

  @Test
  void aNamespaceThatLostItsArchiveFeatureIsRefusedAndItsFileLeftAlone() throws Exception {
    try (Archived open = Archived.open(data, Archived.Kind.POWER_LOSS)) {
      open.registry().set("id", 41);
    }
    byte[] before = Files.readAllBytes(data.resolve("tickets.sqlite"));
    String message =
        assertThrows(DamagedFileException.class, () -> Archived.open(data, Archived.Kind.SNAPSHOT))
            .getMessage();
    assertTrue(message.contains("tickets.sqlite") && message.contains("export"), message);
    assertEquals(
        List.of(before.length), List.of(Files.readAllBytes(data.resolve("tickets.sqlite")).length));
  }

  @Test
  void aDirectoryInUseIsRefusedAndStaysLocked() {
    try (Archived open = Archived.open(data, Archived.Kind.POWER_LOSS)) {
      for (int i = 0; i < 2; i++) {
        String message =
            assertThrows(IllegalStateException.class, () -> DataDirectory.open(data)).getMessage();
        assertTrue(message.contains(Long.toString(ProcessHandle.current().pid())), message);
      }
      assertEquals(1, open.registry().increment("a"));
    }
  }

  @Test
  void aFileThatIsOlderThanWhatWasAcknowledgedIsRefused() throws Exception {
    Path file = data.resolve("tickets.sqlite");
    try (Archived open = Archived.open(data, Archived.Kind.POWER_LOSS)) {
      open.registry().set("id", 41);
    }
    byte[] old = Files.readAllBytes(file);
    try (Archived open = Archived.open(data, Archived.Kind.POWER_LOSS)) {
      open.registry().set("id", 42);
    }
    Files.write(file, old);
    assertThrows(DamagedFileException.class, () -> Archived.open(data, Archived.Kind.POWER_LOSS));
  }

  @Test
  void aFullDiskRefusesAndRecoversWithoutARestart(Warnings warnings) throws Exception {
    try (DataDirectory directory = DataDirectory.open(data)) {
      CounterSettings settings = CounterSettings.of("tickets");
      Store store =
          Store.open(
              directory.path(),
              "tickets",
              Format.Kind.ARCHIVE,
              io.sharedcounter.core.Durability.POWER_LOSS);
      Book book = new Book(settings, java.time.InstantSource.system(), true);
      store.load(book);
      List<String> states = new ArrayList<>();
      GroupCommit keeper = new GroupCommit("tickets", book, store, false, states::add);
      add(keeper, "a", 5);
      synchronized (store) {
        Database.execute(store.connection, "pragma max_page_count = 1");
      }
      String filler = "x".repeat(200);
      int refused = 0;
      for (int i = 0; i < 200 && refused == 0; i++) {
        try {
          add(keeper, filler + i, 1);
        } catch (io.sharedcounter.core.NotAppliedException e) {
          refused++;
          String name = filler + i;
          assertEquals(null, book.decided(name));
        }
      }
      assertEquals(1, refused);
      warnings.expect("cannot write");
      int count = book.count();
      long sequence = book.head().sequence();
      assertFalse(keeper.state().equals("OK"));
      synchronized (store) {
        Database.execute(store.connection, "pragma max_page_count = 100000");
      }
      assertEquals(6, add(keeper, "a", 1));
      assertEquals("OK", keeper.state());
      assertEquals(2, states.size());
      assertEquals(sequence + 1, book.head().sequence());
      assertEquals(count, book.count());
      keeper.close();
      store.close();
    }
    try (Archived open = Archived.open(data, Archived.Kind.POWER_LOSS)) {
      assertEquals(6, open.registry().get("a"));
    }
  }

  private static long add(Keeper keeper, String name, long value) {
    io.sharedcounter.core.Change change =
        io.sharedcounter.core.Change.of(io.sharedcounter.core.Operation.INCREMENT, value, "app");
    io.sharedcounter.core.Holder nobody = new io.sharedcounter.core.Holder("", null);
    return keeper.change(book -> book.decide(name, change, nobody)).reply().after();
  }
}
