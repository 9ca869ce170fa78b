package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.Copy;
import io.sharedcounter.core.CounterLock;
import io.sharedcounter.core.CounterLockedException;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.Import.Mode;
import io.sharedcounter.core.Imported;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.testing.Warnings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Imports into namespaces that survive, and copies of these for an export. */
final class ArchiveImportTest {
  @TempDir Path data;

  private static long bring(Archived open, Mode mode, Map<String, Long> values) {
    return open.registry().importAll(new Import(values, mode));
  }

  @ParameterizedTest
  @EnumSource
  void anImportIsKeptAndTellsItsOrigin(Archived.Kind kind) {
    try (Archived open = Archived.open(data, kind)) {
      open.registry().set("a", 5);
      open.registry().set("gone", 1);
      open.registry().set("same", 3);
      assertEquals(3, bring(open, Mode.REPLACE, Map.of("a", 7L, "same", 3L, "new", 1L)));
      assertEquals(Map.of("a", 7L, "new", 1L, "same", 3L), open.registry().getAllCounters());
      assertEquals(3, open.registry().count());
      assertEquals(6, open.registry().copy().sequence());
      assertEquals(3, bring(open, Mode.ADD, Map.of("a", -7L, "same", 1L, "new", 1L)));
      assertEquals(0, bring(open, Mode.MAX, Map.of("a", -7L, "same", 1L, "new", 2L)));
      if (kind != Archived.Kind.SNAPSHOT) {
        try (History history = open.ledger().history()) {
          assertTrue(
              history.history("gone", 1).get(0).toString().endsWith("1 -> absent by import"));
          List<Transaction> a = history.history("a", 9);
          assertTrue(a.get(0).toString().endsWith("set 7 -> 0 by import"), a::toString);
          assertTrue(a.get(1).toString().endsWith("set 5 -> 7 by import"), a::toString);
          assertEquals(3, a.size());
        }
      }
    }
    Verification.verify(data, "tickets", kind != Archived.Kind.SNAPSHOT);
    Copy copy = CounterFile.copy(data, "tickets");
    assertEquals(Map.of("a", 0L, "new", 2L, "same", 4L), copy.counters());
    assertEquals(9, copy.sequence());
    try (Archived open = Archived.open(data, kind)) {
      assertEquals(copy.counters(), open.registry().getAllCounters());
      assertEquals(1, open.registry().increment("gone"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRefusedImportChangesNothingAndIsNotArchived(Archived.Kind kind) {
    CounterSettings defaults = CounterSettings.of("tickets");
    CounterSettings small =
        new CounterSettings("tickets", 3, defaults.lockWait(), defaults.clock());
    try (Archived open = Archived.open(data, kind, small)) {
      open.registry().set("a", Long.MAX_VALUE);
      open.registry().set("b", 1);
      Map<String, Long> before = open.registry().getAllCounters();
      assertThrows(
          ArithmeticException.class, () -> bring(open, Mode.ADD, Map.of("a", 1L, "b", 1L)));
      assertThrows(
          IllegalStateException.class,
          () -> bring(open, Mode.ADD, Map.of("b", 1L, "c", 1L, "d", 1L)));
      try (CounterLock lock = open.registry().lockCounter("b")) {
        assertThrows(
            CounterLockedException.class, () -> bring(open, Mode.REPLACE, Map.of("a", 0L)));
        assertEquals(1, lock.get());
      }
      assertEquals(before, open.registry().getAllCounters());
      assertEquals(2, open.registry().copy().sequence());
      assertEquals(2, open.registry().increment("b"));
      assertEquals(1, open.registry().increment("c"));
    }
    Verification.verify(data, "tickets", kind != Archived.Kind.SNAPSHOT);
  }

  @ParameterizedTest
  @EnumSource
  void aCopyIsOfOneInstantAndNoIncrementIsLostByImports(Archived.Kind kind) throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    AtomicLong incremented = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    try (Archived open = Archived.open(data, kind)) {
      for (int i = 0; i < 3; i++) {
        String own = "own " + i;
        Thread thread =
            new Thread(
                () -> {
                  while (!isOver.get()) {
                    open.registry().increment(own);
                    open.registry().increment("shared");
                    incremented.addAndGet(2);
                  }
                });
        threads.add(thread);
        thread.start();
      }
      long imports = 0;
      for (int round = 0; round < 60 || incremented.get() < 200; round++) {
        // Every transaction adds 1 to one counter.
        Copy copy = open.registry().copy();
        long sum = copy.counters().values().stream().mapToLong(Long::longValue).sum();
        assertEquals(copy.sequence(), sum);
        imports += bring(open, Mode.ADD, Map.of("shared", 1L, "own 0", 1L, "other", 1L));
      }
      isOver.set(true);
      for (Thread thread : threads) {
        thread.join(20_000);
      }
      long sum = open.registry().getAllCounters().values().stream().mapToLong(v -> v).sum();
      assertEquals(incremented.get() + imports, sum);
    } finally {
      isOver.set(true);
    }
    Verification.verify(data, "tickets", kind != Archived.Kind.SNAPSHOT);
  }

  @Test
  void aFullDiskRefusesTheWholeImportAndTheNextOneSucceedsOnceThereIsRoom(Warnings warnings)
      throws Exception {
    CounterSettings settings = CounterSettings.of("tickets");
    try (DataDirectory directory = DataDirectory.open(data);
        Store store =
            Store.open(directory.path(), "tickets", Format.Kind.ARCHIVE, Durability.POWER_LOSS)) {
      Book book = new Book(settings, InstantSource.system(), true);
      store.load(book);
      Keeper keeper = new GroupCommit("tickets", book, store, false, state -> {});
      try {
        Map<String, Long> values = new TreeMap<>();
        for (int i = 0; i < 5_000; i++) {
          values.put("a counter with a long name " + i, (long) i);
        }
        Import wanted = new Import(values, Mode.ADD);
        keeper.together(open -> decide(open, new Import(Map.of("a", 1L), Mode.ADD)));
        long pages = Database.number(store.connection, "pragma page_count");
        store.connection.commit();
        Database.execute(store.connection, "pragma max_page_count = " + (pages + 20));
        assertThrows(
            NotAppliedException.class, () -> keeper.together(open -> decide(open, wanted)));
        warnings.expect("database or disk is full");
        assertEquals(1, book.count());
        assertEquals(1, CounterFile.copy(data, "tickets").sequence());
        Database.execute(store.connection, "pragma max_page_count = 1000000");
        assertEquals(5_000, keeper.together(open -> decide(open, wanted)).size());
        assertEquals(5_001, CounterFile.copy(data, "tickets").sequence());
      } finally {
        keeper.close();
      }
    }
    assertEquals(5_001, Verification.verify(data, "tickets", true));
  }

  private static List<Imported> decide(Book book, Import wanted) {
    return new BookImport(book, CounterSettings.of("tickets").clock().instant())
        .decide(wanted, 1_000_000);
  }
}
