package io.sharedcounter.archive;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Checks a whole file: what SQLite can check, the digest of the counters, and for an archive that
 * its transactions have no gap, each goes on where the counter's previous one ended, times do not
 * step back, and their replay equals the counters. Confined to one call.
 */
public final class Verification {
  private static final int TOLD_EVERY = 1_000;

  private final Map<Long, Row> latest = new HashMap<>();
  private long count;
  private long at;

  private Verification() {}

  /**
   * Checks the file of a namespace, also while another process writes it, and returns how many
   * transactions it holds. Changes nothing.
   *
   * @param archive whether the namespace has an archive
   * @throws DamagedFileException that says what is wrong first
   */
  public static long verify(Path directory, String namespace, boolean archive) {
    Format.Kind kind = archive ? Format.Kind.ARCHIVE : Format.Kind.COUNTERS;
    return verify(Database.file(directory, namespace), namespace, Optional.of(kind), far -> {});
  }

  /**
   * Checks the file of a namespace, whatever kind it says it is; see {@link #verify(Path, String,
   * boolean)}.
   *
   * @param progress is told how many transactions have been checked, now and then
   */
  public static long verify(Path directory, String namespace, LongConsumer progress) {
    return verify(Database.file(directory, namespace), namespace, Optional.empty(), progress);
  }

  private static long verify(
      Path file, String namespace, Optional<Format.Kind> expected, LongConsumer progress) {
    try (Connection connection = Database.connect(file, true)) {
      // One read transaction: what a writer adds meanwhile is not seen.
      connection.setAutoCommit(false);
      Format.Kind kind =
          expected.isPresent() ? expected.get() : Database.kind(connection, file, namespace);
      return verify(connection, file, namespace, kind, progress);
    } catch (SQLException e) {
      throw Database.unreadable(namespace, file, e);
    }
  }

  /** Checks the file that the connection has open, and returns how many transactions it holds. */
  static long verify(
      Connection connection, Path file, String namespace, Format.Kind kind, LongConsumer progress)
      throws SQLException {
    long pruned = Database.check(connection, file, namespace, kind);
    checkIntegrity(connection, file, namespace);
    Verification verification = new Verification();
    boolean archive = kind.hasArchive();
    if (archive) {
      checkBegin(connection, file, namespace, pruned);
      History history = History.over(connection, file, namespace);
      history.forEach(
          row -> {
            verification.follow(row, pruned, file, namespace);
            if (verification.count % TOLD_EVERY == 0) {
              progress.accept(verification.count);
            }
          });
    }
    verification.checkCounters(connection, file, namespace, archive, pruned);
    return verification.count;
  }

  private static void checkBegin(Connection connection, Path file, String namespace, long pruned)
      throws SQLException {
    long older =
        Database.number(connection, "select count(*) from archive where sequence <= " + pruned);
    if (older > 0) {
      throw Database.damaged(
          namespace, file, "it says that it begins after transaction " + pruned + ", but holds it");
    }
  }

  private static void checkIntegrity(Connection connection, Path file, String namespace)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("pragma integrity_check(1)")) {
      String found = row.next() ? row.getString(1) : "nothing";
      if (!"ok".equals(found)) {
        throw Database.damaged(namespace, file, String.valueOf(found));
      }
    }
  }

  private void follow(Row row, long pruned, Path file, String namespace) {
    Row previous = latest.put(row.counter(), row);
    boolean fits =
        previous == null
            ? row.previous() <= pruned && (row.previous() > 0 || row.before() == null)
            : row.previous() == previous.sequence()
                && Objects.equals(row.before(), previous.after());
    if (!fits || row.at() < at) {
      throw Database.damaged(
          namespace,
          file,
          "transaction " + row.sequence() + " does not go on from the ones before");
    }
    at = row.at();
    count++;
  }

  private void checkCounters(
      Connection connection, Path file, String namespace, boolean archive, long pruned)
      throws SQLException {
    CounterRows.forEach(
        connection,
        file,
        namespace,
        counter -> {
          Row row = latest.remove(counter.id());
          boolean fits =
              row == null
                  ? counter.last() <= pruned
                  : counter.last() == row.sequence()
                      && Objects.equals(counter.value(), row.after());
          if (archive && !fits) {
            throw Database.damaged(
                namespace, file, "counter '" + counter.name() + "' is not what the archive says");
          }
        });
    if (!latest.isEmpty()) {
      throw Database.damaged(namespace, file, "the archive has counters that the file lacks");
    }
    if (count > 0 && at != Database.number(connection, "select at from head")) {
      throw Database.damaged(
          namespace, file, "it says that it ends at another time than its latest transaction");
    }
  }
}
