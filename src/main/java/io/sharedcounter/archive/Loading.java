package io.sharedcounter.archive;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Reads one half of the counters of a file into a book; two threads read both at once, since the
 * reading is most of what a restart takes. Confined to one thread at a time.
 */
final class Loading {
  private final Book book;
  private final String half;
  private long digest;
  private long last;
  private @Nullable Throwable failure;

  private Loading(Book book, String half) {
    this.book = book;
    this.half = half;
  }

  /**
   * Reads all counters of a file that nobody writes, and checks that they are those of its head.
   *
   * @throws DamagedFileException if they are not
   * @throws SQLException if they cannot be read, or a name is there twice
   */
  static void read(Connection connection, Path file, Book book, String namespace, Head head)
      throws SQLException {
    long middle = Database.number(connection, "select max(id) from counter") / 2;
    Loading first = new Loading(book, "id <= " + middle);
    Loading second = new Loading(book, "id > " + middle);
    Thread thread = new Thread(() -> second.read(file), "sharedcounter-load");
    thread.start();
    try {
      first.read(connection);
    } finally {
      Joining.join(thread);
    }
    Throwable failed = second.failure;
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed instanceof RuntimeException defect) {
      throw defect;
    }
    if (failed instanceof SQLException unread) {
      throw unread;
    }
    if (first.digest + second.digest != head.digest()
        || Math.max(first.last, second.last) != head.sequence()) {
      throw Database.damaged(namespace, file, "the counters do not fit their digest");
    }
  }

  private void read(Path file) {
    try (Connection connection = Database.connect(file, true)) {
      read(connection);
    } catch (SQLException | RuntimeException | Error e) {
      // Half of the counters without a failure would look like a damaged file.
      failure = e;
    }
  }

  private void read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "select id, name, value, version, sequence from counter where " + half)) {
      while (found.next()) {
        CounterRow row = Store.counter(found);
        long added = row.digest();
        if (!book.add(row, added)) {
          throw new SQLException("counter '" + row.name() + "' is there twice");
        }
        digest += added;
        last = Math.max(last, row.last());
      }
    }
  }
}
