package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the two ways to write promise about time and the end, with a disk that the test holds up.
 */
class WritersTest {
  @TempDir Path data;
  private DataDirectory directory;
  private Store store;
  private Book book;

  @BeforeEach
  void open() {
    directory = DataDirectory.open(data);
  }

  @AfterEach
  void close() throws SQLException {
    store.close();
    directory.close();
  }

  private void openStore(Durability force) {
    store = Store.open(data, "tickets", Format.Kind.ARCHIVE, force);
    book = new Book(CounterSettings.of("tickets"), InstantSource.system(), true);
    store.load(book);
  }

  private static void increment(Keeper keeper) {
    Change change = Change.of(Operation.INCREMENT, 1, Change.APP);
    keeper.change(open -> open.decide("a", change, new Holder("", null)));
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within 20 seconds");
      Thread.onSpinWait();
    }
  }

  @Test
  void callersWaitForADiskThatIsLaterThanWhatAKillMayTake() throws Exception {
    openStore(Durability.EVENTUAL);
    Keeper keeper = WriteBehind.archive("tickets", book, store, Duration.ofMillis(10), state -> {});
    AtomicLong acknowledged = new AtomicLong();
    Thread caller =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                increment(keeper);
                acknowledged.incrementAndGet();
              }
            });
    AtomicReference<Throwable> end = new AtomicReference<>();
    caller.setUncaughtExceptionHandler((thread, e) -> end.set(e));
    Store disk = store;
    synchronized (disk) {
      increment(keeper);
      long start = System.nanoTime();
      await(() -> System.nanoTime() - start > 20_000_000);
      caller.start();
      await(() -> caller.getState() == Thread.State.WAITING);
      assertEquals(0, acknowledged.get());
      assertEquals(1, keeper.backlog());
    }
    await(() -> acknowledged.get() > 0);
    caller.interrupt();
    caller.join();
    keeper.close();
    if (end.get() != null) {
      assertInstanceOf(NotAppliedException.class, end.get());
    }
    assertEquals(acknowledged.get() + 1, Verification.verify(data, "tickets", true));
  }

  @Test
  void whatIsEventualIsForcedSoonToo() throws Exception {
    openStore(Durability.EVENTUAL);
    Keeper keeper = WriteBehind.archive("tickets", book, store, Duration.ofMillis(10), state -> {});
    increment(keeper);
    await(() -> marked() == 1);
    keeper.close();
  }

  private long marked() {
    try (Mark mark = Mark.open(store.file())) {
      return mark.sequence();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aChangeThatComesTooLateIsRefusedAndDoesNotHang() throws Exception {
    openStore(Durability.POWER_LOSS);
    Keeper keeper = new GroupCommit("tickets", book, store, false, state -> {});
    increment(keeper);
    keeper.close();
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread late = new Thread(() -> increment(keeper));
    late.setUncaughtExceptionHandler((thread, e) -> end.set(e));
    late.setDaemon(true);
    late.start();
    late.join(20_000);
    assertInstanceOf(NotAppliedException.class, end.get());
    assertEquals(1, Verification.verify(data, "tickets", true));
  }

  private static Decision increment(Book open, String name) {
    return open.decide(name, Change.of(Operation.INCREMENT, 1, Change.APP), new Holder("", null));
  }

  /** A change during which memory ends is not applied, and others go on. */
  private void assertGoesOnWithoutMemory(Keeper keeper) throws SQLException {
    keeper.change(open -> increment(open, "a"));
    NotAppliedException refusal =
        assertThrows(
            NotAppliedException.class,
            () ->
                keeper.together(
                    open -> {
                      increment(open, "a");
                      increment(open, "b");
                      throw new OutOfMemoryError("test");
                    }));
    assertEquals("Not applied: namespace 'tickets': not enough memory: test", refusal.getMessage());
    assertInstanceOf(OutOfMemoryError.class, refusal.getCause());
    assertEquals(Ledger.OK, keeper.state());
    assertNull(book.decided("b"));
    assertEquals(2, keeper.change(open -> increment(open, "a")).reply().after());
    keeper.close();
    assertEquals(2, Verification.verify(data, "tickets", true));
  }

  @Test
  void whatIsKeptBeforeItIsAcknowledgedGoesOnWithoutMemory() throws SQLException {
    openStore(Durability.POWER_LOSS);
    assertGoesOnWithoutMemory(new GroupCommit("tickets", book, store, false, state -> {}));
  }

  @Test
  void whatIsKeptLaterGoesOnWithoutMemory() throws SQLException {
    openStore(Durability.POWER_LOSS);
    assertGoesOnWithoutMemory(
        WriteBehind.archive("tickets", book, store, Duration.ofMillis(10), state -> {}));
  }

  @Test
  void nothingIsLeftToWriteOfWhatIsTakenBack() {
    openStore(Durability.POWER_LOSS);
    Book held = book;
    synchronized (held) {
      increment(book, "a");
      book.publish();
      increment(book, "a");
      increment(book, "b");
      book.takeBack();
      Batch batch = book.batch();
      assertEquals(1, batch.rows().size());
      assertEquals(List.of("a"), batch.added().stream().map(CounterRow::name).toList());
      assertTrue(batch.changed().isEmpty());
    }
  }
}
