package io.sharedcounter.archive;

import io.sharedcounter.core.Copy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Reads the counters of a namespace's file from outside, while another process may write it.
 * Stateless, thread-safe.
 */
public final class CounterFile {
  private CounterFile() {}

  /**
   * Returns the counters as the file has them at one instant. Changes nothing.
   *
   * @throws DamagedFileException if it is damaged
   */
  public static Copy copy(Path directory, String namespace) {
    Path file = Database.file(directory, namespace);
    try (Connection connection = Database.connect(file, true)) {
      // One read transaction: what a writer adds meanwhile is not seen.
      connection.setAutoCommit(false);
      Database.check(connection, file, namespace, Database.kind(connection, file, namespace));
      NavigableMap<String, Long> counters = new TreeMap<>();
      CounterRows.forEach(
          connection,
          file,
          namespace,
          counter -> {
            Long value = counter.value();
            if (value != null) {
              counters.put(counter.name(), value);
            }
          });
      return new Copy(Database.number(connection, "select sequence from head"), counters);
    } catch (SQLException e) {
      throw Database.unreadable(namespace, file, e);
    }
  }

  /**
   * Returns the number of the latest transaction.
   *
   * @throws DamagedFileException if it is damaged
   */
  public static long lastSequence(Path directory, String namespace) {
    return ask(
        directory,
        namespace,
        (connection, file) -> {
          Database.kind(connection, file, namespace);
          return Database.number(connection, "select sequence from head");
        });
  }

  /**
   * Returns whether the file has an archive; else it has the counters alone.
   *
   * @throws DamagedFileException if it is damaged
   */
  public static boolean isArchive(Path directory, String namespace) {
    return kind(directory, namespace).hasArchive();
  }

  /**
   * Returns whether the file is a member's record of a replicated namespace.
   *
   * @throws DamagedFileException if it is damaged
   */
  public static boolean isRecord(Path directory, String namespace) {
    return kind(directory, namespace) == Format.Kind.RECORD;
  }

  private static Format.Kind kind(Path directory, String namespace) {
    return ask(
        directory, namespace, (connection, file) -> Database.kind(connection, file, namespace));
  }

  /** What is asked of a file. */
  private interface Question<T> {
    T ask(Connection connection, Path file) throws SQLException;
  }

  private static <T> T ask(Path directory, String namespace, Question<T> question) {
    Path file = Database.file(directory, namespace);
    try (Connection connection = Database.connect(file, true)) {
      return question.ask(connection, file);
    } catch (SQLException e) {
      throw Database.unreadable(namespace, file, e);
    }
  }
}
