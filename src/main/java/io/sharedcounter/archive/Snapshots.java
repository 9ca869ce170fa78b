package io.sharedcounter.archive;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Copies of the counters of an archived namespace at one sequence, without the archive, in files of
 * the same format: {@code <data>/snapshots/<namespace>-<sequence>.sqlite}. Writers go on meanwhile.
 * Thread-safe.
 */
public final class Snapshots {
  private static final System.Logger LOG = System.getLogger(Snapshots.class.getName());
  private static final String DIRECTORY = "snapshots";
  private static final int DIGITS = 19;
  private static final int PRUNED_AT_ONCE = 5_000;

  /** The head once more: nothing else in a snapshot would show that its time is damaged. */
  private static final String TWICE = "create table twice as select sequence, at from head";

  private static final String HAS_TWICE = "select count(*) from sqlite_master where name = 'twice'";
  private static final String IS_SAME = "select count(*) from head join twice using (sequence, at)";

  private final Path file;
  private final Path directory;
  private final ArchiveSettings settings;

  Snapshots(Path data, ArchiveSettings settings) {
    this.file = Database.file(data, settings.namespace());
    this.directory = data.resolve(DIRECTORY);
    this.settings = settings;
  }

  /** Writes a snapshot of what the file holds, drops the oldest, and returns the new file. */
  synchronized Path take(Store store) {
    String namespace = settings.namespace();
    try {
      Files.createDirectories(directory);
      Path draft = directory.resolve(namespace + ".draft");
      Database.dropDraft(draft);
      Database.create(draft, namespace, Format.Kind.SNAPSHOT);
      long sequence = copy(draft);
      Path taken =
          directory.resolve(String.format(Locale.ROOT, "%s-%019d.sqlite", namespace, sequence));
      Database.moveForced(draft, taken);
      dropOldest();
      prune(store, sequence);
      return taken;
    } catch (SQLException e) {
      throw new IllegalStateException(
          "namespace '" + namespace + "': no snapshot: " + e.getMessage(), e);
    } catch (IOException e) {
      throw Database.failed("namespace '" + namespace + "': no snapshot", e);
    }
  }

  private long copy(Path draft) throws SQLException {
    try (Connection connection = Database.connect(draft, false)) {
      Database.execute(connection, "pragma synchronous = full");
      try (PreparedStatement attach = connection.prepareStatement("attach ? as live")) {
        attach.setString(1, file.toString());
        attach.execute();
      }
      connection.setAutoCommit(false);
      Database.execute(connection, "insert into counter select * from live.counter");
      Database.execute(
          connection,
          "update head set (sequence, at, digest, pruned) ="
              + " (select sequence, at, digest, sequence from live.head)");
      Database.execute(connection, TWICE);
      connection.commit();
      return Database.number(connection, "select sequence from head");
    }
  }

  /** Returns the snapshots, the latest first. */
  List<Path> files() throws IOException {
    return list(directory, settings.namespace());
  }

  /** Returns the snapshots of a namespace, the latest first. */
  static List<Path> files(Path data, String namespace) {
    try {
      return list(data.resolve(DIRECTORY), namespace);
    } catch (IOException e) {
      throw Database.failed("namespace '" + namespace + "': snapshots cannot be listed", e);
    }
  }

  private static List<Path> list(Path directory, String namespace) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      String pattern = namespace + "-" + "[0-9]".repeat(DIGITS) + ".sqlite";
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, pattern)) {
        files.forEach(found::add);
      }
      found.sort(Collections.reverseOrder());
    }
    return found;
  }

  /** Returns whether the file lies where snapshots do. */
  static boolean isAmong(Path file) {
    Path directory = file.getParent();
    return directory != null && directory.endsWith(DIRECTORY);
  }

  /** Returns the last transaction in the snapshot, which its name tells. */
  static long sequence(Path snapshot) {
    String name = String.valueOf(snapshot.getFileName());
    int end = name.length() - ".sqlite".length();
    return Long.parseLong(name.substring(end - DIGITS, end));
  }

  /** Returns the snapshot that ends with that transaction, if there is one. */
  static Optional<Path> of(Path data, String namespace, long sequence) {
    return files(data, namespace).stream().filter(s -> sequence(s) == sequence).findFirst();
  }

  /**
   * Returns when the last transaction in the snapshot was.
   *
   * @throws DamagedFileException if what is read is not what was written
   */
  static Instant at(Path snapshot, String namespace) {
    return read(
        snapshot,
        namespace,
        connection -> Instant.ofEpochMilli(Database.number(connection, "select at from head")));
  }

  /**
   * Returns the counters in a snapshot, by their numbers.
   *
   * @throws DamagedFileException if what is read is not what was written
   */
  static Map<Long, CounterRow> counters(Path snapshot, String namespace) {
    return read(
        snapshot,
        namespace,
        connection -> {
          Map<Long, CounterRow> counters = new HashMap<>();
          CounterRows.forEach(
              connection, snapshot, namespace, counter -> counters.put(counter.id(), counter));
          return counters;
        });
  }

  /**
   * Checks the snapshots of a namespace, also while a server takes and drops some, and returns how
   * many there are. Changes nothing.
   *
   * @throws DamagedFileException that names the first that is damaged, and what is wrong with it
   */
  public static int verify(Path data, String namespace) {
    int count = 0;
    for (Path snapshot : files(data, namespace)) {
      try {
        read(
            snapshot,
            namespace,
            connection ->
                Verification.verify(
                    connection, snapshot, namespace, Format.Kind.SNAPSHOT, far -> {}));
        count++;
      } catch (DamagedFileException e) {
        if (Files.exists(snapshot)) {
          throw e;
        }
        // It was dropped meanwhile.
        LOG.log(Level.DEBUG, "dropped", e);
      }
    }
    return count;
  }

  /** What is asked of a snapshot. */
  private interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  private static <T> T read(Path snapshot, String namespace, Question<T> question) {
    try (Connection connection = Database.connect(snapshot, true)) {
      Database.check(connection, snapshot, namespace, Format.Kind.SNAPSHOT);
      long sequence = Database.number(connection, "select sequence from head");
      if (sequence != sequence(snapshot)) {
        throw Database.damaged(
            namespace, snapshot, "it says that it ends at transaction " + sequence);
      }
      // Snapshots of earlier versions have no second head.
      if (Database.number(connection, HAS_TWICE) == 1
          && Database.number(connection, IS_SAME) != 1) {
        throw Database.damaged(namespace, snapshot, "its head is not what was written");
      }
      return question.ask(connection);
    } catch (SQLException e) {
      throw Database.damaged(namespace, snapshot, String.valueOf(e.getMessage()));
    }
  }

  private void dropOldest() throws IOException {
    List<Path> found = files();
    for (Path old : found.subList(Math.min(found.size(), settings.snapshotsKept()), found.size())) {
      Files.delete(old);
    }
  }

  private void prune(Store store, long covered) throws SQLException {
    if (settings.pruneAfter().isEmpty()) {
      return;
    }
    Instant before = settings.clock().instant().minus(settings.pruneAfter().get());
    boolean hasMore = true;
    while (hasMore) {
      // In pieces, so that callers do not wait long.
      synchronized (store) {
        hasMore = store.prune(Math.min(covered, store.lastBefore(before)), PRUNED_AT_ONCE);
      }
    }
  }

  /** Returns when the last snapshot was taken, or empty if there is none. */
  public Optional<Instant> lastAt() {
    try {
      List<Path> found = files();
      if (found.isEmpty()) {
        return Optional.empty();
      }
      FileTime time = Files.getLastModifiedTime(found.get(0));
      return Optional.of(time.toInstant());
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "snapshots not listed", e);
      return Optional.empty();
    }
  }

  /** Returns the size of the last snapshot in bytes, 0 if there is none. */
  public long lastBytes() {
    try {
      List<Path> found = files();
      return found.isEmpty() ? 0 : Files.size(found.get(0));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "snapshots not listed", e);
      return 0;
    }
  }
}
