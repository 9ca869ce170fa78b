package io.sharedcounter.archive;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * The statements that write a batch, prepared once for many. The driver closes one that fails for
 * want of room, so after a failure all are prepared anew. Confined to one thread at a time.
 */
record Statements(
    PreparedStatement insertCounter,
    PreparedStatement updateCounter,
    PreparedStatement insertRow,
    PreparedStatement updateHead)
    implements AutoCloseable {

  static Statements prepare(Connection connection) throws SQLException {
    return new Statements(
        connection.prepareStatement("insert into counter values (?, ?, ?, ?, ?)"),
        connection.prepareStatement(
            "update counter set value = ?, version = ?, sequence = ? where id = ?"),
        connection.prepareStatement("insert into archive values (?, ?, ?, ?, ?, ?, ?, null, ?, ?)"),
        connection.prepareStatement("update head set sequence = ?, at = ?, digest = ?"));
  }

  @Override
  public void close() throws SQLException {
    insertCounter.close();
    updateCounter.close();
    insertRow.close();
    updateHead.close();
  }
}
