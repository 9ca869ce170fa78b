package io.sharedcounter.archive;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
  private static final int PRUNED_AT_ONCE = 5_000;

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
      Database.createDirectories(directory);
      Path draft = directory.resolve(namespace + ".draft");
      Files.deleteIfExists(draft);
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
      connection.commit();
      return Database.number(connection, "select sequence from head");
    }
  }

  /** Returns the snapshots, the latest first. */
  List<Path> files() throws IOException {
    return files(directory, settings.namespace());
  }

  private static List<Path> files(Path directory, String namespace) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      String pattern = namespace + "-" + "[0-9]".repeat(19) + ".sqlite";
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, pattern)) {
        files.forEach(found::add);
      }
      found.sort(Collections.reverseOrder());
    }
    return found;
  }

  /**
   * Where a snapshot stands. Immutable.
   *
   * @param file where it is
   * @param sequence the last transaction in it
   * @param at when that was
   */
  record Stand(Path file, long sequence, Instant at) {
    @Override
    public String toString() {
      return sequence + " (" + at + ")";
    }
  }

  /**
   * Returns where the snapshots of a namespace stand, the latest first.
   *
   * @throws DamagedFileException if one is damaged
   */
  static List<Stand> stands(Path data, String namespace) {
    List<Stand> stands = new ArrayList<>();
    try {
      for (Path file : files(data.resolve(DIRECTORY), namespace)) {
        try (Connection connection = Database.connect(file, true)) {
          Database.check(connection, file, namespace, Format.Kind.SNAPSHOT);
          stands.add(
              new Stand(
                  file,
                  Database.number(connection, "select sequence from head"),
                  Instant.ofEpochMilli(Database.number(connection, "select at from head"))));
        } catch (SQLException e) {
          throw Database.damaged(namespace, file, String.valueOf(e.getMessage()));
        }
      }
    } catch (IOException e) {
      throw Database.failed("namespace '" + namespace + "': snapshots cannot be listed", e);
    }
    return stands;
  }

  /**
   * Returns the counters in a snapshot, by their numbers.
   *
   * @throws DamagedFileException if what is read is not what was written
   */
  static Map<Long, CounterRow> counters(Path file, String namespace) {
    Map<Long, CounterRow> counters = new HashMap<>();
    try (Connection connection = Database.connect(file, true);
        Statement statement = connection.createStatement()) {
      long digest = Database.number(connection, "select digest from head");
      try (ResultSet row =
          statement.executeQuery("select id, name, value, version, sequence from counter")) {
        while (row.next()) {
          CounterRow counter = Store.counter(row);
          digest -= counter.digest();
          counters.put(counter.id(), counter);
        }
      }
      if (digest != 0) {
        throw Database.damaged(namespace, file, "the counters do not fit their digest");
      }
      return counters;
    } catch (SQLException e) {
      throw Database.damaged(namespace, file, String.valueOf(e.getMessage()));
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
