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
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Reply.Outcome;
import io.sharedcounter.testing.Warnings;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of those who share a batch that does not fit on the disk. */
class FailedBatchTest {
  private static final String TOKEN = "token";

  @TempDir Path data;
  private DataDirectory directory;
  private Store store;
  private Book book;
  private Keeper keeper;
  private final List<Boolean> toldUnderTheMonitor = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    directory = DataDirectory.open(data);
    store = Store.open(data, "tickets", Format.Kind.ARCHIVE, Durability.POWER_LOSS);
    book = new Book(CounterSettings.of("tickets"), InstantSource.system(), true);
    store.load(book);
    Book watched = book;
    keeper =
        new GroupCommit(
            "tickets",
            book,
            store,
            false,
            state -> toldUnderTheMonitor.add(Thread.holdsLock(watched)));
    change("seats", new Change(Operation.LOCK, 30_000, 0, TOKEN, Change.APP));
    Database.execute(store.connection, "pragma max_page_count = 1");
  }

  @AfterEach
  void close() throws SQLException {
    keeper.close();
    store.close();
    directory.close();
  }

  private Decision change(String name, Change change) {
    return keeper.change(open -> open.decide(name, change, new Holder("", null)));
  }

  private Decision growTheFile() {
    return change("x".repeat(100_000), Change.of(Operation.INCREMENT, 1, Change.APP));
  }

  /** Starts it and returns once it waits for the writer. */
  private static FutureTask<Decision> queue(Callable<Decision> call) {
    FutureTask<Decision> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "caller");
    thread.setDaemon(true);
    thread.start();
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (thread.getState() != Thread.State.WAITING) {
      assertTrue(System.nanoTime() < deadline, "it does not wait");
      Thread.onSpinWait();
    }
    return task;
  }

  @Test
  void whatNeedsNoRoomIsDoneThoughTheChangeBesideItIsNot(Warnings warnings) throws Exception {
    FutureTask<Decision> refused;
    FutureTask<Decision> unlocked;
    FutureTask<Decision> unequal;
    Store disk = store;
    synchronized (disk) {
      // The writer is at the first; the others are the next batch.
      FutureTask<Decision> first =
          queue(() -> change("seats", Change.of(Operation.SET, 1, Change.APP).under(TOKEN)));
      refused = queue(this::growTheFile);
      unlocked = queue(() -> change("seats", unlock()));
      unequal =
          queue(
              () -> change("seats", new Change(Operation.COMPARE_AND_SET, 5, 4, null, Change.APP)));
      assertTrue(!first.isDone());
    }
    Throwable refusal = null;
    try {
      refused.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      refusal = e.getCause();
    }
    assertInstanceOf(NotAppliedException.class, refusal);
    assertEquals(Outcome.DONE, unlocked.get(20, TimeUnit.SECONDS).reply().outcome());
    assertEquals(Outcome.UNEQUAL, unequal.get(20, TimeUnit.SECONDS).reply().outcome());
    assertTrue(book.locks().isEmpty());
    assertEquals(1, book.count());
    assertNull(book.decided("x".repeat(100_000)));
    warnings.expect("cannot write");
  }

  private static Change unlock() {
    return Change.of(Operation.UNLOCK, 0, Change.APP).under(TOKEN);
  }

  @Test
  void theStateIsToldOnceAndWhileNothingIsHeld(Warnings warnings) throws Exception {
    assertThrows(NotAppliedException.class, this::growTheFile);
    warnings.expect("cannot write");
    assertEquals(Outcome.DONE, change("seats", unlock()).reply().outcome());
    assertTrue(keeper.state().startsWith("cannot write"), keeper.state());
    assertEquals(List.of(false), toldUnderTheMonitor);
  }
}
