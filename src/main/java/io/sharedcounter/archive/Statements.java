package io.sharedcounter.archive;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statements that write a batch, prepared once for many. The driver closes one that fails for
 * want of room, so after a failure all are prepared anew. Confined to one thread at a time.
 */
final class Statements implements AutoCloseable {
  private final PreparedStatement insertCounter;
  private final PreparedStatement updateCounter;
  private final PreparedStatement insertRow;
  private final PreparedStatement insertOrigin;
  private final PreparedStatement updateHead;

  private final boolean isOldFormat;

  /** The numbers of the origins that the file has. */
  private final Map<String, Integer> origins = new HashMap<>();

  private Statements(Connection connection) throws SQLException {
    isOldFormat = Database.version(connection) == Format.OLDEST;
    insertCounter = connection.prepareStatement("insert into counter values (?, ?, ?, ?, ?)");
    updateCounter =
        connection.prepareStatement(
            "update counter set value = ?, version = ?, sequence = ? where id = ?");
    insertRow =
        connection.prepareStatement(
            "insert into archive(sequence, at, counter, operation, argument, before, origin,"
                + " distance, \"check\") values (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insertOrigin = connection.prepareStatement("insert or replace into origin values (?, ?)");
    updateHead = connection.prepareStatement("update head set sequence = ?, at = ?, digest = ?");
  }

  static Statements prepare(Connection connection) throws SQLException {
    Statements prepared = new Statements(connection);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select id, name from origin")) {
      while (row.next()) {
        prepared.origins.put(row.getString(2), row.getInt(1));
      }
    }
    return prepared;
  }

  /** Writes the batch into the transaction under way. */
  void write(Batch batch) throws SQLException {
    for (CounterRow row : batch.added()) {
      insertCounter.setLong(1, row.id());
      insertCounter.setString(2, row.name());
      setNullable(insertCounter, 3, row.value());
      insertCounter.setLong(4, row.version());
      insertCounter.setLong(5, row.last());
      insertCounter.executeUpdate();
    }
    for (CounterRow row : batch.changed()) {
      setNullable(updateCounter, 1, row.value());
      updateCounter.setLong(2, row.version());
      updateCounter.setLong(3, row.last());
      updateCounter.setLong(4, row.id());
      updateCounter.executeUpdate();
    }
    for (Row row : batch.rows()) {
      insert(row);
    }
    updateHead.setLong(1, batch.head().sequence());
    updateHead.setLong(2, batch.head().at());
    updateHead.setLong(3, batch.head().digest());
    updateHead.executeUpdate();
  }

  private void insert(Row row) throws SQLException {
    insertRow.setLong(1, row.sequence());
    insertRow.setLong(2, row.at());
    insertRow.setLong(3, row.counter());
    insertRow.setInt(4, row.operation());
    insertRow.setLong(5, row.argument());
    setNullable(insertRow, 6, isOldFormat || row.adds() ? row.before() : null);
    insertRow.setInt(7, origin(row.origin()));
    insertRow.setLong(8, row.previous() == 0 ? 0 : row.sequence() - row.previous());
    insertRow.setInt(9, row.check());
    insertRow.executeUpdate();
  }

  private int origin(String name) throws SQLException {
    Integer known = origins.get(name);
    if (known != null) {
      return known;
    }
    int id = origins.size() + 1;
    insertOrigin.setInt(1, id);
    insertOrigin.setString(2, name);
    insertOrigin.executeUpdate();
    origins.put(name, id);
    return id;
  }

  private static void setNullable(PreparedStatement statement, int index, @Nullable Long value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.INTEGER);
    } else {
      statement.setLong(index, value);
    }
  }

  @Override
  public void close() throws SQLException {
    insertCounter.close();
    updateCounter.close();
    insertRow.close();
    insertOrigin.close();
    updateHead.close();
  }
}
