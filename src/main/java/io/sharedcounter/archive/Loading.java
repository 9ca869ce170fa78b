package io.sharedcounter.archive;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one half of the counters of a file; two threads read both at once, since the reading is
 * most of what a restart takes. Confined to one thread at a time.
 */
final class Loading {
  /** The last number in a piece, its lines and how many; from one number on up to another. */
  private static final String PIECE =
      "select max(id), count(*), group_concat("
          + CounterLine.SQL
          + ", char(10)) from (select * from counter where id > ? and id <= ? order by id limit "
          + PackedCounters.PIECE
          + ")";

  /** No counter takes fewer bytes of a file than that. */
  private static final int LEAST = 8;

  private final PackedCounters counters;
  private final long after;
  private final long until;
  private @Nullable Throwable failure;

  private Loading(PackedCounters counters, long after, long until) {
    this.counters = counters;
    this.after = after;
    this.until = until;
  }

  /**
   * Reads all counters of a file that nobody writes, and checks that they are those of its head.
   *
   * @throws DamagedFileException if they are not
   * @throws SQLException if they cannot be read, or a name is there twice
   */
  static PackedCounters read(Connection connection, Path file, String namespace, Head head)
      throws SQLException {
    long highest = Database.number(connection, "select max(id) from counter");
    // Few numbers are unused, those of batches that failed; to count takes a tenth of the reading.
    long most =
        highest <= file.toFile().length() / LEAST
            ? Math.max(0, highest)
            : Database.number(connection, "select count(*) from counter");
    PackedCounters counters = new PackedCounters(Math.toIntExact(most), 2);
    long middle = highest / 2;
    Loading first = new Loading(counters, Long.MIN_VALUE, middle);
    Loading second = new Loading(counters, middle, Long.MAX_VALUE);
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
    if (counters.digest() != head.digest() || counters.last() != head.sequence()) {
      throw Database.damaged(namespace, file, "the counters do not fit their digest");
    }
    return counters;
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
    try (PreparedStatement statement = connection.prepareStatement(PIECE)) {
      statement.setLong(2, until);
      long at = after;
      int count;
      byte[] lines;
      do {
        statement.setLong(1, at);
        try (ResultSet found = statement.executeQuery()) {
          found.next();
          at = found.getLong(1);
          count = found.getInt(2);
          lines = found.getBytes(3);
        }
        if (lines != null) {
          counters.add(lines, count);
        }
      } while (lines != null);
    } catch (IllegalArgumentException e) {
      throw new SQLException(e.getMessage(), e);
    }
  }
}
