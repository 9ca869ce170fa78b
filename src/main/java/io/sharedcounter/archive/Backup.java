package io.sharedcounter.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Copies the file of a namespace, write-ahead log included, while it is written. Stateless. */
public final class Backup {
  private Backup() {}

  /**
   * Writes a forced copy of the namespace, as it is at one instant, to a file that does not exist
   * yet. Another process may have the namespace open.
   *
   * @throws IllegalArgumentException if the target exists
   * @throws DamagedFileException if the file of the namespace is damaged; there is no copy then
   */
  public static void copy(Path directory, String namespace, Path target) {
    Path file = Database.file(directory, namespace);
    if (Files.exists(target)) {
      throw new IllegalArgumentException(target + " exists; name a file that does not");
    }
    Path draft = target.resolveSibling(target.getFileName() + ".new");
    try {
      write(file, namespace, draft);
      Database.moveForced(draft, target);
    } catch (SQLException e) {
      if (Database.meansDamage(e)) {
        throw Database.damaged(namespace, file, String.valueOf(e.getMessage()));
      }
      throw new IllegalStateException("cannot copy " + file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw Database.failed("cannot copy " + file + " to " + target, e);
    }
  }

  private static void write(Path file, String namespace, Path draft)
      throws SQLException, IOException {
    Database.dropDraft(draft);
    try (Connection connection = Database.connect(file, true)) {
      Database.check(connection, file, namespace, Database.kind(connection, file, namespace));
      try (PreparedStatement copy = connection.prepareStatement("vacuum into ?")) {
        copy.setString(1, draft.toString());
        copy.execute();
      }
    } catch (SQLException e) {
      // A full disk needs the room.
      Files.deleteIfExists(draft);
      throw e;
    }
  }
}
