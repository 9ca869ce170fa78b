package io.sharedcounter.archive;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;

/** Reads the counters of a file from outside. Stateless, thread-safe. */
final class CounterRows {
  private CounterRows() {}

  /**
   * Shows every counter, also those that were removed. Only after it has returned is it sure that
   * what was shown is what was written.
   *
   * @throws DamagedFileException if it is not
   */
  static void forEach(
      Connection connection, Path file, String namespace, Consumer<CounterRow> visitor)
      throws SQLException {
    long digest = 0;
    long last = 0;
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select id, name, value, version, sequence from counter")) {
      while (row.next()) {
        CounterRow counter = Store.counter(row);
        digest += counter.digest();
        last = Math.max(last, counter.last());
        visitor.accept(counter);
      }
    }
    if (digest != Database.number(connection, "select digest from head")) {
      throw Database.damaged(namespace, file, "the counters do not fit their digest");
    }
    long sequence = Database.number(connection, "select sequence from head");
    if (last != sequence) {
      throw Database.damaged(
          namespace,
          file,
          "it says that it ends at transaction " + sequence + ", its counters end at " + last);
    }
  }
}
