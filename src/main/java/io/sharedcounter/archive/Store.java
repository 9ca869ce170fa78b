package io.sharedcounter.archive;

import io.sharedcounter.core.Durability;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes the batches of one namespace to its file. Confined to one thread at a time. */
final class Store implements AutoCloseable {
  private static final int FULL = 13;

  private static final System.Logger LOG = System.getLogger(Store.class.getName());

  private final Path file;
  private final String namespace;
  private final Format.Kind kind;
  private final Mark mark;
  private final boolean isForced;
  final Connection connection;
  private Statements statements;
  private long pruned;
  private Head known;

  /**
   * Opens the file, creating it if there is none.
   *
   * @param force what each batch survives
   * @throws DamagedFileException if the file is not what it should be; it is left as it is
   */
  static Store open(Path directory, String namespace, Format.Kind kind, Durability force) {
    Path file = Database.file(directory, namespace);
    try {
      Path log = Database.log(file);
      if (Files.notExists(file)) {
        // What belonged to a file that somebody moved away must not get into the new one.
        Files.deleteIfExists(Mark.file(file));
        Files.deleteIfExists(log);
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-shm"));
        Database.create(file, namespace, kind);
      }
      // What a process left whose last force failed is built on from here.
      if (Files.exists(log)) {
        Database.forceAnew(log);
      }
      // SQLite takes an empty file for a new database.
      if (Files.size(file) == 0) {
        throw Database.damaged(namespace, file, "it is empty");
      }
      return new Store(file, namespace, kind, force);
    } catch (SQLException e) {
      if (Database.meansDamage(e)) {
        throw Database.damaged(namespace, file, String.valueOf(e.getMessage()));
      }
      throw new IllegalStateException(
          "namespace '" + namespace + "': cannot open " + file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw Database.failed("namespace '" + namespace + "': cannot open " + file, e);
    }
  }

  private Store(Path file, String namespace, Format.Kind kind, Durability force)
      throws SQLException, IOException {
    this.file = file;
    this.namespace = namespace;
    this.kind = kind;
    this.isForced = force == Durability.POWER_LOSS;
    this.mark = Mark.open(file);
    this.connection = Database.connect(file, false);
    try {
      pruned = Database.check(connection, file, namespace, kind);
      Database.execute(connection, "pragma journal_mode = wal");
      Database.execute(connection, "pragma synchronous = " + (isForced ? "full" : "normal"));
      connection.setAutoCommit(false);
      statements = Statements.prepare(connection);
      known = head();
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      connection.close();
      mark.close();
      throw e;
    }
  }

  Path file() {
    return file;
  }

  /**
   * Puts the counters of the file into an empty book.
   *
   * @throws DamagedFileException if what is read is not what was written
   */
  void load(Book book) {
    try {
      Head head = head();
      PackedCounters counters = Loading.read(connection, file, namespace, head);
      checkEnds(head);
      connection.commit();
      book.begin(head, counters);
    } catch (SQLException e) {
      throw Database.unreadable(namespace, file, e);
    }
  }

  private void checkEnds(Head head) throws SQLException {
    if (head.sequence() < mark.sequence()) {
      throw Database.damaged(
          namespace,
          file,
          "it ends at transaction "
              + head.sequence()
              + ", but "
              + mark.sequence()
              + " was acknowledged; it was replaced by an older one, or lost its end");
    }
    if (kind.hasArchive()) {
      long first = Database.number(connection, "select min(sequence) from archive");
      long last = Database.number(connection, "select max(sequence) from archive");
      boolean isEmpty = head.sequence() == pruned;
      if (last != (isEmpty ? 0 : head.sequence()) || first != (isEmpty ? 0 : pruned + 1)) {
        throw Database.damaged(
            namespace,
            file,
            "the archive holds "
                + first
                + " to "
                + last
                + ", it should hold "
                + (pruned + 1)
                + " to "
                + head.sequence());
      }
      long at = Database.number(connection, "select at from archive where sequence = " + last);
      if (!isEmpty && at != head.at()) {
        throw Database.damaged(
            namespace, file, "it says that it ends at another time than its latest transaction");
      }
    }
  }

  static CounterRow counter(ResultSet row) throws SQLException {
    long value = row.getLong(3);
    Long present = row.wasNull() ? null : (Long) value;
    String name = row.getString(2);
    return new CounterRow(
        row.getLong(1), name == null ? "" : name, present, row.getLong(4), row.getLong(5));
  }

  private Head head() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select sequence, at, digest from head")) {
      if (!row.next()) {
        throw Database.damaged(namespace, file, "its head is missing");
      }
      return new Head(row.getLong(1), row.getLong(2), row.getLong(3));
    }
  }

  /** Returns whether the file stands where the batch ends; for a batch whose fate was unknown. */
  boolean holds(Batch batch) throws SQLException {
    try {
      known = head();
      return known.equals(batch.head());
    } finally {
      connection.rollback();
    }
  }

  /** How far a record goes in the log of its cluster, and what it lacks. Immutable. */
  record Place(long reached, long gaps) {}

  /** Returns where a record stands. */
  Place place() throws SQLException {
    try {
      return new Place(
          Database.number(connection, "select reached from record"),
          Database.number(connection, "select gaps from record"));
    } finally {
      connection.rollback();
    }
  }

  /** Writes the batch, all or nothing. */
  void write(Batch batch) throws StoreFailure {
    write(batch, null);
  }

  /** Writes the batch, and in a record its new place, all or nothing. */
  void write(Batch batch, @Nullable Place place) throws StoreFailure {
    boolean commits = false;
    try {
      statements.write(batch);
      if (place != null) {
        String set = "update record set reached = " + place.reached() + ", gaps = " + place.gaps();
        Database.execute(connection, set);
      }
      commits = true;
      connection.commit();
      known = batch.head();
    } catch (SQLException e) {
      throw new StoreFailure(e, takeBack() && (!commits || (e.getErrorCode() & 0xff) == FULL));
    } catch (OutOfMemoryError e) {
      throw new StoreFailure(e, takeBack() && !commits);
    }
    if (isForced) {
      mark.write(batch.head().sequence());
    }
  }

  /** Returns whether the transaction under way was surely undone. */
  private boolean takeBack() {
    try {
      try {
        connection.rollback();
      } catch (SQLException e) {
        // A full disk makes SQLite roll back by itself, and the driver, having nothing to roll
        // back, begins no new transaction: each statement would then commit alone.
        LOG.log(Level.DEBUG, "rollback", e);
        Database.execute(connection, "begin");
      }
      statements.close();
      statements = Statements.prepare(connection);
      return head().equals(known);
    } catch (SQLException e) {
      return false;
    }
  }

  /** Forces what the operating system has to the disk, and shortens the log. */
  void force() throws SQLException {
    long sequence = head().sequence();
    connection.commit();
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("pragma wal_checkpoint(passive)")) {
      if (row.next() && row.getInt(1) == 0 && row.getInt(2) == row.getInt(3)) {
        mark.write(sequence);
      }
    } finally {
      connection.setAutoCommit(false);
    }
  }

  /** Returns the last transaction before that time that is still there, or what was pruned. */
  long lastBefore(Instant time) throws SQLException {
    long low = pruned;
    long high = known.sequence();
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      long at = Database.number(connection, "select at from archive where sequence = " + middle);
      if (at < time.toEpochMilli()) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    connection.commit();
    return low;
  }

  /** Drops up to {@code limit} transactions at the old end, up to {@code until}. */
  boolean prune(long until, int limit) throws SQLException {
    long end = Math.min(until, pruned + limit);
    if (end <= pruned) {
      return false;
    }
    try {
      if (Database.version(connection) != Format.OLDEST) {
        Database.execute(connection, String.format(Locale.ROOT, Format.TO_BASE, end));
      }
      Database.execute(connection, "delete from archive where sequence <= " + end);
      Database.execute(connection, "update head set pruned = " + end);
      connection.commit();
      pruned = end;
      return end < until;
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    }
  }

  @Override
  public void close() throws SQLException {
    try {
      connection.close();
    } finally {
      mark.close();
    }
  }
}
