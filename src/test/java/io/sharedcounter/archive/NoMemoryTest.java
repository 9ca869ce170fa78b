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
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a change during which memory ends: it is not applied, and others go on. */
class NoMemoryTest {
  @TempDir Path data;
  private DataDirectory directory;
  private Store store;
  private Book book;

  @BeforeEach
  void open() {
    directory = DataDirectory.open(data);
    store = Store.open(data, "tickets", Format.Kind.ARCHIVE, Durability.POWER_LOSS);
    book = new Book(CounterSettings.of("tickets"), InstantSource.system(), true);
    store.load(book);
  }

  @AfterEach
  void close() throws SQLException {
    store.close();
    directory.close();
  }

  private static Decision increment(Book open, String name) {
    return open.decide(name, Change.of(Operation.INCREMENT, 1, Change.APP), new Holder("", null));
  }

  private void assertGoesOn(Keeper keeper) throws SQLException {
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
    assertNull(book.entry("b"));
    assertEquals(2, keeper.change(open -> increment(open, "a")).reply().after());
    keeper.close();
    assertEquals(2, Verification.verify(data, "tickets", true));
  }

  @Test
  void whatIsKeptBeforeItIsAcknowledgedGoesOn() throws SQLException {
    assertGoesOn(new GroupCommit("tickets", book, store, false, state -> {}));
  }

  @Test
  void whatIsKeptLaterGoesOn() throws SQLException {
    assertGoesOn(WriteBehind.archive("tickets", book, store, Duration.ofMillis(10), state -> {}));
  }

  @Test
  void nothingIsLeftToWriteOfWhatIsTakenBack() {
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
