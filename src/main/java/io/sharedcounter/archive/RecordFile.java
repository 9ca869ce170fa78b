package io.sharedcounter.archive;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Recorder.Done;
import io.sharedcounter.core.Reply;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file of a {@link LocalRecord}, and the counters as they are in it. Confined to the writer
 * thread, but for {@link #place}.
 */
final class RecordFile {
  private final Store store;
  private final Book book;
  private final InstantSource wall;
  private volatile Store.Place place;
  private long at;
  private @Nullable Batch batch;
  private Store.Place next;
  private boolean isTried;

  /** Reads the counters of the store, which is closed with this. */
  RecordFile(CounterSettings settings, Store store, InstantSource wall) throws SQLException {
    this.store = store;
    this.wall = wall;
    this.book = new Book(settings, () -> Instant.ofEpochMilli(at), true);
    store.load(book);
    this.place = store.place();
    this.next = place;
  }

  Path path() {
    return store.file();
  }

  /** Returns how far the file goes. */
  Store.Place place() {
    return place;
  }

  /**
   * Takes over what an entry of the log did.
   *
   * @return false if it does not go on from what is here; some of it may be taken over then
   */
  boolean follow(long sent, List<Done> changes) {
    // A sender's clock that is ahead must not hold up all later times.
    at = Math.min(sent, wall.millis());
    synchronized (book) {
      for (Done done : changes) {
        if (!book.follow(done.name(), done.change(), done.reply())) {
          return false;
        }
      }
    }
    return true;
  }

  /** Sets and removes what is not like that, and returns how many counters it was. */
  int equalize(Map<String, Long> counters) {
    at = wall.millis();
    synchronized (book) {
      Map<String, Long> surplus = new HashMap<>();
      book.forEachDecided(
          (name, value) -> {
            if (!counters.containsKey(name)) {
              surplus.put(name, value);
            }
          });
      surplus.forEach((name, value) -> correct(name, value, null));
      int set = surplus.size();
      for (Map.Entry<String, Long> counter : counters.entrySet()) {
        Long value = book.decided(counter.getKey());
        if (!Objects.equals(value, counter.getValue())) {
          correct(counter.getKey(), value, counter.getValue());
          set++;
        }
      }
      return set;
    }
  }

  private void correct(String name, @Nullable Long before, @Nullable Long after) {
    Operation operation = after == null ? Operation.REMOVE : Operation.SET;
    long from = before == null ? 0 : before;
    long to = after == null ? 0 : after;
    Reply reply = new Reply(Reply.Outcome.DONE, from, to, before == null, null);
    book.follow(name, Change.of(operation, to, LocalRecord.ORIGIN), reply);
  }

  /** Gathers what was taken over, to be written by {@link #write}, with how far it goes. */
  void prepare(long reached, int gaps) {
    next = new Store.Place(reached, place.gaps() + gaps);
    isTried = false;
    synchronized (book) {
      batch = book.batch();
    }
  }

  /** Writes what was prepared; after a failure, once more. */
  void write(boolean force) throws StoreFailure, SQLException {
    Batch prepared = Objects.requireNonNull(batch);
    boolean isNew = !next.equals(place) || !prepared.isEmpty();
    // After a failure whose outcome is unknown the file may have it already.
    if (isNew && (!isTried || prepared.isEmpty() || !store.holds(prepared))) {
      isTried = true;
      store.write(prepared, next);
    }
    if (force) {
      store.force();
    }
    place = next;
  }

  void close() throws SQLException {
    try {
      store.force();
    } finally {
      store.close();
    }
  }
}
