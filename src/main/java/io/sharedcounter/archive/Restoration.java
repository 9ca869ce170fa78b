package io.sharedcounter.archive;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Reply;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Gives the counters of an archived namespace the values they had after one of its transactions.
 *
 * <p>The archive is not cut: what leads back is archived too, as transactions with the origin
 * {@code restore}, so that sequence numbers and versions go on, the record stays true, and a
 * restore can be restored. All of it is one database transaction: whenever the process dies, the
 * file holds all of it or nothing. Immutable.
 *
 * @param changes what was changed
 * @param copy the copy of the file as it was before; empty if nothing had to change
 */
public record Restoration(List<Difference> changes, Optional<Path> copy) {
  /** The origin of what a restore does. */
  static final String ORIGIN = "restore";

  private static final Holder NOBODY = new Holder("", null);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /**
   * Restores the namespace. First writes a copy of its file into {@code <data>/replaced/}.
   *
   * @param directory stays open
   * @param sequence the last transaction whose effect stays, from 0 (empty) to the latest
   * @param progress is told how many transactions have been read, now and then
   * @throws IllegalArgumentException if the archive does not reach there, or there is none
   * @throws DamagedFileException if what is read is not what was written
   * @throws IllegalStateException if it cannot be written; nothing has changed unless the message
   *     says that this is not known
   */
  public static Restoration restore(
      DataDirectory directory,
      String namespace,
      long sequence,
      InstantSource clock,
      LongConsumer progress) {
    Path file = Database.file(directory.path(), namespace);
    List<Difference> changes = Past.differences(directory.path(), namespace, sequence, progress);
    if (changes.isEmpty()) {
      return new Restoration(changes, Optional.empty());
    }
    Path copy = copy(directory.path(), namespace, clock.instant());
    Store store =
        Store.open(directory.path(), namespace, Format.Kind.ARCHIVE, Durability.POWER_LOSS);
    try (store) {
      write(store, namespace, changes, clock);
    } catch (StoreFailure e) {
      throw new IllegalStateException(
          "namespace '"
              + namespace
              + "': cannot write "
              + file
              + ": "
              + e.getMessage()
              + (e.isSure()
                  ? "; nothing has changed"
                  : "; look at its history: all of the restore is there, or nothing"),
          e);
    } catch (SQLException e) {
      throw new IllegalStateException(file + " does not close: " + e.getMessage(), e);
    }
    return new Restoration(changes, Optional.of(copy));
  }

  static void write(Store store, String namespace, List<Difference> changes, InstantSource clock)
      throws StoreFailure {
    CounterSettings unlimited =
        new CounterSettings(namespace, Integer.MAX_VALUE, Duration.ZERO, clock);
    Book book = new Book(unlimited, clock, true);
    store.load(book);
    synchronized (book) {
      for (Difference difference : changes) {
        Change change =
            difference.then().isPresent()
                ? Change.of(Operation.SET, difference.then().getAsLong(), ORIGIN)
                : Change.of(Operation.REMOVE, 0, ORIGIN);
        Reply reply = book.decide(difference.counter(), change, NOBODY).reply();
        if (reply.outcome() != Reply.Outcome.DONE) {
          throw new IllegalStateException(difference + " is refused: " + reply.outcome());
        }
      }
      store.write(book.batch());
    }
  }

  private static Path copy(Path data, String namespace, Instant now) {
    Path replaced = data.resolve("replaced");
    try {
      Files.createDirectories(replaced);
      // What a restore that was killed had not finished.
      try (DirectoryStream<Path> drafts = Files.newDirectoryStream(replaced, "*.new")) {
        for (Path draft : drafts) {
          Database.dropDraft(draft);
        }
      }
    } catch (IOException e) {
      throw Database.failed(replaced + " cannot be used", e);
    }
    String name = namespace + "-" + STAMP.format(now);
    Path copy = replaced.resolve(name + ".sqlite");
    for (int i = 2; Files.exists(copy); i++) {
      copy = replaced.resolve(name + "-" + i + ".sqlite");
    }
    Backup.copy(data, namespace, copy);
    return copy;
  }
}
