package io.sharedcounter.archive;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the archive of one namespace, while it is written too. Each transaction names the counter's
 * previous one, so that reading back takes one step each and needs no index. Thread-safe.
 */
public final class History implements AutoCloseable {
  /** The largest number of transactions that are returned at once. */
  public static final int MAX_LIMIT = 10_000;

  private final String namespace;
  private final Path file;
  private final Connection connection;
  private final PreparedStatement bySequence;

  private History(String namespace, Path file, Connection connection) throws SQLException {
    this.namespace = namespace;
    this.file = file;
    this.connection = connection;
    boolean isOldFormat = Database.version(connection) == Format.OLDEST;
    bySequence =
        connection.prepareStatement(
            "select a.at, a.counter, a.operation, a.argument, "
                + (isOldFormat ? "a.before" : Format.BEFORE)
                + ", o.name, a.distance, a.\"check\""
                + (isOldFormat ? " from archive a" : Format.ROWS)
                + " left join origin o on o.id = a.origin where a.sequence = ?");
  }

  /**
   * Opens the archive of a namespace for reading; other processes may have it open.
   *
   * @throws DamagedFileException if there is none, or it is damaged
   */
  public static History open(Path directory, String namespace) {
    Path file = Database.file(directory, namespace);
    try {
      Connection connection = Database.connect(file, true);
      try {
        Format.Kind kind = Database.kind(connection, file, namespace);
        boolean isRecord = kind == Format.Kind.RECORD;
        Database.check(connection, file, namespace, isRecord ? kind : Format.Kind.ARCHIVE);
        return new History(namespace, file, connection);
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw Database.unreadable(namespace, file, e);
    }
  }

  /** Returns the history on a connection that stays the caller's. */
  static History over(Connection connection, Path file, String namespace) {
    try {
      return new History(namespace, file, connection);
    } catch (SQLException e) {
      throw Database.unreadable(namespace, file, e);
    }
  }

  /**
   * Returns the latest transactions of the counter, the latest first; none if it never was. Older
   * ones than the archive still has are left out.
   *
   * @param limit how many at most, 1 to 10,000
   * @throws IllegalArgumentException if the limit is out of range
   * @throws DamagedFileException if what is read is not what was written
   */
  public List<Transaction> history(String counter, int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit " + limit + " is not allowed; use 1 to 10000");
    }
    CounterRow head = byName(counter);
    return head == null ? List.of() : chain(head, limit);
  }

  private synchronized List<Transaction> chain(CounterRow head, int limit) {
    List<Transaction> found = new ArrayList<>();
    long next = head.last();
    while (next > 0 && found.size() < limit) {
      Row row = row(next);
      if (row == null) {
        // Asked only now: what was there at the beginning may have been pruned meanwhile.
        if (next > number("select pruned from head")) {
          throw missing(next);
        }
        break;
      }
      if (row.counter() != head.id()) {
        throw Database.damaged(namespace, file, "transaction " + next + " is of another counter");
      }
      found.add(Transaction.of(row));
      next = row.previous();
    }
    return found;
  }

  /**
   * Returns the value that the counter had at that time, or empty if it was absent then.
   *
   * @param now what the clock says; a time that is yet to come is refused
   * @throws IllegalArgumentException if the archive does not reach back so far, or the time is yet
   *     to come
   * @throws DamagedFileException if what is read is not what was written
   */
  synchronized OptionalLong valueAt(String counter, Instant time, Instant now) {
    requireReached(time, now);
    CounterRow head = byName(counter);
    if (head == null) {
      return OptionalLong.empty();
    }
    long pruned = number("select pruned from head");
    long until = lastAt(time);
    if (until == pruned) {
      return pruned == 0 ? OptionalLong.empty() : tooOld(time);
    }
    // A busy counter is found soon from the time on back, a quiet one soon along its chain.
    OptionalLong value = Transaction.optional(head.value());
    long chained = head.last();
    long scanned = until;
    while (chained > until) {
      Row row = row(chained);
      if (row == null) {
        throw missing(chained);
      }
      value = Transaction.optional(row.before());
      chained = row.previous();
      Row near = scanned > pruned ? row(scanned) : null;
      if (near != null && near.counter() == head.id()) {
        return Transaction.of(near).after();
      }
      scanned--;
    }
    return value;
  }

  /**
   * Checks that the time is not one that is yet to come.
   *
   * @param now what the clock says; it may be behind the latest transaction
   */
  void requireReached(Instant time, Instant now) {
    Instant last = Instant.ofEpochMilli(number("select at from head"));
    Instant latest = last.isAfter(now) ? last : now;
    if (time.isAfter(latest)) {
      throw new IllegalArgumentException(
          "time " + time + " is in the future; use " + latest + " or earlier");
    }
  }

  private OptionalLong tooOld(Instant time) {
    throw new IllegalArgumentException(
        "the archive of namespace '" + namespace + "' does not reach back to " + time);
  }

  /** Returns the last transaction at or before that time; times do not step back. */
  long lastAt(Instant time) {
    long low = number("select pruned from head");
    long high = number("select sequence from head");
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      Row row = row(middle);
      if (row != null && !Instant.ofEpochMilli(row.at()).isAfter(time)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private DamagedFileException missing(long sequence) {
    return Database.damaged(namespace, file, "transaction " + sequence + " is missing");
  }

  private long number(String sql) {
    try {
      return Database.number(connection, sql);
    } catch (SQLException e) {
      throw Database.unreadable(namespace, file, e);
    }
  }

  private synchronized @Nullable CounterRow byName(String name) {
    try (PreparedStatement find =
        connection.prepareStatement(
            "select id, name, value, version, sequence from counter where name = ?")) {
      find.setString(1, name);
      try (ResultSet row = find.executeQuery()) {
        return row.next() ? Store.counter(row) : null;
      }
    } catch (SQLException e) {
      throw Database.unreadable(namespace, file, e);
    }
  }

  private @Nullable Row row(long sequence) {
    try {
      bySequence.setLong(1, sequence);
      try (ResultSet found = bySequence.executeQuery()) {
        return found.next() ? read(sequence, found) : null;
      }
    } catch (SQLException e) {
      throw Database.unreadable(namespace, file, e);
    }
  }

  private Row read(long sequence, ResultSet found) throws SQLException {
    long before = found.getLong(5);
    Long present = found.wasNull() ? null : (Long) before;
    String origin = found.getString(6);
    long distance = found.getLong(7);
    Row row =
        new Row(
            sequence,
            found.getLong(1),
            found.getLong(2),
            found.getInt(3),
            found.getLong(4),
            present,
            origin == null ? "" : origin,
            distance == 0 ? 0 : sequence - distance);
    if (row.check() != found.getShort(8) || !Operations.isKnown(row.operation())) {
      throw Database.damaged(
          namespace, file, "transaction " + sequence + " does not fit its check");
    }
    return row;
  }

  /** Shows every transaction that the archive holds, in turn; for verification. */
  void forEach(Consumer<Row> visitor) {
    forEach(number("select pruned from head"), visitor);
  }

  /** Shows every transaction after that one, in turn. */
  synchronized void forEach(long after, Consumer<Row> visitor) {
    long last = number("select sequence from head");
    for (long sequence = after + 1; sequence <= last; sequence++) {
      Row row = row(sequence);
      if (row == null) {
        throw missing(sequence);
      }
      visitor.accept(row);
    }
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(file + " does not close: " + e.getMessage(), e);
    }
  }
}
