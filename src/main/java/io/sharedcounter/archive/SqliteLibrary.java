package io.sharedcounter.archive;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Loads SQLite's native library, once a JVM, unpacked into a data directory in place of the shared
 * temporary folder, and sweeps copies that killed processes left there. Thread-safe.
 */
final class SqliteLibrary {
  private static final System.Logger LOG = System.getLogger(SqliteLibrary.class.getName());
  private static final String PLACE = "org.sqlite.tmpdir";
  private static boolean isLoaded;

  private SqliteLibrary() {}

  /**
   * Loads the library.
   *
   * @param isOurs whether the caller holds the lock of the directory, so that nobody else uses the
   *     copies there; a guest unpacks one too, and leaves the others
   */
  static synchronized void load(Path directory, boolean isOurs) throws IOException {
    if (isLoaded) {
      return;
    }
    Path place = directory.resolve("native");
    String chosen = System.getProperty(PLACE);
    try {
      if (chosen == null && (isOurs || Files.isWritable(directory))) {
        if (!isOurs && Files.notExists(place)) {
          // A guest may be another user, whose directory would keep the server from starting. What
          // is unpacked into it later is deleted before it.
          place.toFile().deleteOnExit();
        }
        Files.createDirectories(place);
        if (isOurs && !Files.isWritable(place)) {
          throw new IOException(place + " cannot be written; give it to the user of this process");
        }
        System.setProperty(PLACE, place.toAbsolutePath().toString());
      }
      if (chosen == null && isOurs) {
        sweep(place);
      }
      if (!SQLiteJDBCLoader.initialize()) {
        throw new IOException("SQLite's native library does not load");
      }
      isLoaded = true;
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "archive and snapshot need the jar org.xerial:sqlite-jdbc on the class path", e);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("SQLite's native library does not load: " + e.getMessage(), e);
    } finally {
      if (chosen == null) {
        System.clearProperty(PLACE);
      }
    }
  }

  private static void sweep(Path place) throws IOException {
    try (DirectoryStream<Path> stale = Files.newDirectoryStream(place, "sqlite-*")) {
      for (Path file : stale) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          // A command that reads beside us may use it; the next start sweeps it.
          LOG.log(System.Logger.Level.DEBUG, "not swept", e);
        }
      }
    }
  }
}
