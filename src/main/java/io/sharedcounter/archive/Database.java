package io.sharedcounter.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens and creates files of {@link Format}. Stateless, thread-safe. */
final class Database {
  private static final System.Logger LOG = System.getLogger(Database.class.getName());
  private static final int NOT_A_DATABASE = 26;
  private static final int CORRUPT = 11;

  /** SQLite's plain error: our statements are right, so the schema is not what it was. */
  private static final int NO_SUCH_TABLE = 1;

  /** SQLITE_OPEN_NOMUTEX, https://www.sqlite.org/c3ref/c_open_autoproxy.html. */
  private static final int NO_MUTEX = 0x8000;

  private static final int BUSY = 5;

  /** SQLite's codes PERM, READONLY and CANTOPEN. */
  private static final Set<Integer> NOT_LET_IN = Set.of(3, 8, 14);

  private static final List<String> READING =
      List.of("[SQLITE_IOERR_READ]", "[SQLITE_IOERR_SHORT_READ]", "[SQLITE_IOERR_CORRUPTFS]");

  private static final int PIECE = 1 << 16;

  private static final String MENDED =
      "; run verify on it, then move it and its -mark, -wal and -shm away and put a backup"
          + " in place, or export from a copy of a snapshot and import that";

  private static final String NEEDLESS =
      "; move it away: the namespace goes on without this snapshot";

  private Database() {}

  static Path file(Path directory, String namespace) {
    return directory.resolve(namespace + ".sqlite");
  }

  /** Opens a file that exists, for one thread at a time. */
  static Connection connect(Path file, boolean readOnly) throws SQLException {
    Properties options = new Properties();
    options.setProperty("busy_timeout", "5000");
    // Confined to one thread at a time, so that SQLite need not lock too.
    options.setProperty("open_mode", Integer.toString((readOnly ? 1 : 2) | NO_MUTEX));
    // Else the driver runs one more query after every insert.
    options.setProperty("jdbc.get_generated_keys", "false");
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, options);
    try {
      execute(connection, "pragma cell_size_check = on");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Holds a file that a killed process left with a log, until the connection is closed; returns
   * null for others. Whoever closes a database last applies the log to it and deletes the log; with
   * this, which may only read, that is not done to a file that is refused.
   */
  static @Nullable Connection hold(Path file) throws SQLException {
    if (file.toFile().length() == 0 || log(file).toFile().length() == 0) {
      return null;
    }
    Connection connection = connect(file, true);
    try {
      number(connection, "select count(*) from sqlite_master");
    } catch (SQLException e) {
      // Who opens it to write will say what is wrong with it.
      LOG.log(Level.DEBUG, "hold", e);
    }
    return connection;
  }

  static Path log(Path file) {
    return file.resolveSibling(file.getFileName() + "-wal");
  }

  /** Deletes what a process that was killed had not finished, and SQLite's journal of it. */
  static void dropDraft(Path draft) throws IOException {
    Files.deleteIfExists(draft);
    Files.deleteIfExists(draft.resolveSibling(draft.getFileName() + "-journal"));
  }

  /** Creates the file, complete and forced, or not at all. */
  static void create(Path file, String namespace, Format.Kind kind)
      throws SQLException, IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    dropDraft(draft);
    Files.createFile(draft);
    try (Connection connection = connect(draft, false)) {
      execute(connection, "pragma synchronous = full");
      execute(connection, "pragma application_id = " + Format.APPLICATION_ID);
      execute(connection, "pragma user_version = " + Format.VERSION);
      connection.setAutoCommit(false);
      for (String table : Format.TABLES) {
        execute(connection, table);
      }
      if (kind == Format.Kind.RECORD) {
        for (String table : Format.RECORD_TABLE) {
          execute(connection, table);
        }
      }
      try (PreparedStatement head =
          connection.prepareStatement("insert into head values (1, ?, ?, 0, 0, 0, 0)")) {
        head.setString(1, namespace);
        head.setString(2, kind.name());
        head.executeUpdate();
      }
      connection.commit();
    }
    forceWayTo(file);
    moveForced(draft, file);
  }

  /** Gives a forced file its name; after a power loss it has the one name or the other. */
  static void moveForced(Path from, Path to) throws IOException {
    force(from);
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    Path directory = to.toAbsolutePath().getParent();
    if (directory != null) {
      force(directory);
    }
  }

  /**
   * Forces the directories that lead to a file that is about to get its name: it survives a power
   * loss only if the way to it does, and a process that was killed may have made a directory and
   * not forced it. So where there is a file, the way to it is sure.
   */
  private static void forceWayTo(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    while (directory != null) {
      try {
        force(directory);
      } catch (AccessDeniedException e) {
        // Who may not read it has not made it.
        LOG.log(Level.DEBUG, "not forced", e);
      }
      directory = directory.getParent();
    }
  }

  /**
   * Writes over a file what it holds, and forces that. After a force that failed, the system may
   * hold for clean what the disk does not have, and the next force would leave it out.
   */
  static void forceAnew(Path file) throws IOException {
    // In pieces: the log that a killed import left may be larger than the heap.
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (long at = 0; channel.read(piece.clear(), at) > 0; ) {
        piece.flip();
        while (piece.hasRemaining()) {
          at += channel.write(piece, at);
        }
      }
      channel.force(true);
    }
  }

  /** Forces a file, or the names in a directory. */
  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Checks that the file is what it should be.
   *
   * @return the number of the last transaction that was pruned, 0 for none
   * @throws DamagedFileException if it is not
   */
  static long check(Connection connection, Path file, String namespace, Format.Kind kind)
      throws SQLException {
    checkFormat(connection, file, namespace);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select namespace, kind, pruned from head")) {
      if (!row.next()) {
        throw damaged(namespace, file, "its head is missing");
      }
      String owner = row.getString(1);
      String written = row.getString(2);
      if (owner == null || written == null) {
        throw damaged(namespace, file, "its head is empty");
      }
      if (!owner.equals(namespace)) {
        throw new DamagedFileException(
            subject(namespace, file) + "belongs to namespace '" + owner + "'");
      }
      if (!written.equals(kind.name())) {
        throw new DamagedFileException(
            subject(namespace, file)
                + "was written "
                + with(written)
                + ", the namespace"
                + " is now opened "
                + with(kind.name())
                + "; give it the features it had, or"
                + " export the counters and import them into a new namespace");
      }
      return row.getLong(3);
    }
  }

  /** Returns the format of the file. */
  static long version(Connection connection) throws SQLException {
    return number(connection, "pragma user_version");
  }

  private static void checkFormat(Connection connection, Path file, String namespace)
      throws SQLException {
    if (number(connection, "pragma application_id") != Format.APPLICATION_ID) {
      throw new DamagedFileException(
          subject(namespace, file) + "is not a file of sharedcounter; move it away");
    }
    long version = version(connection);
    if (version < Format.OLDEST || version > Format.VERSION) {
      throw new DamagedFileException(
          subject(namespace, file)
              + "has format "
              + version
              + ", this version reads formats "
              + Format.OLDEST
              + " to "
              + Format.VERSION
              + "; use the version that wrote it");
    }
  }

  /**
   * Returns what kind of file it says it is.
   *
   * @throws DamagedFileException if it is of another format, or does not say
   */
  static Format.Kind kind(Connection connection, Path file, String namespace) throws SQLException {
    checkFormat(connection, file, namespace);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select kind from head")) {
      String word = row.next() ? row.getString(1) : "";
      for (Format.Kind kind : Format.Kind.values()) {
        if (kind.name().equals(word)) {
          return kind;
        }
      }
    }
    throw damaged(namespace, file, "it does not say what it is");
  }

  private static String with(String kind) {
    return switch (kind) {
      case "ARCHIVE" -> "with archive";
      case "COUNTERS" -> "with snapshot but without archive";
      case "RECORD" -> "with replicate and archive";
      default -> "as " + kind;
    };
  }

  static DamagedFileException damaged(String namespace, Path file, String what) {
    return new DamagedFileException(
        subject(namespace, file)
            + "is damaged: "
            + what
            + (Snapshots.isAmong(file) ? NEEDLESS : MENDED));
  }

  /** Says of a file that could not be read that it is damaged, or else why it cannot be told. */
  static IllegalStateException unreadable(String namespace, Path file, SQLException failure) {
    int code = failure.getErrorCode() & 0xff;
    boolean isBarred = NOT_LET_IN.contains(code);
    if (!isBarred && code != BUSY && !isOfWriting(failure)) {
      return damaged(namespace, file, String.valueOf(failure.getMessage()));
    }
    return new IllegalStateException(
        subject(namespace, file)
            + "cannot be read: "
            + failure.getMessage()
            + (isBarred
                ? "; run this as the user of the server, or on a copy of the file in a directory of"
                    + " your own: SQLite writes beside a file also to read it"
                : ""),
        failure);
  }

  /** Returns whether there was no room, or SQLite could not write what it needs to read. */
  private static boolean isOfWriting(SQLException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.startsWith("[SQLITE_FULL]")
        || (message.startsWith("[SQLITE_IOERR_")
            && READING.stream().noneMatch(message::startsWith));
  }

  private static String subject(String namespace, Path file) {
    return "namespace '" + namespace + "': " + file + " ";
  }

  /** Returns whether the failure means a damaged file. */
  static boolean meansDamage(SQLException failure) {
    int code = failure.getErrorCode() & 0xff;
    return code == CORRUPT || code == NOT_A_DATABASE || code == NO_SUCH_TABLE;
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /** Returns the size of the file and its log. */
  static long bytes(Path file) {
    long bytes = 0;
    for (String part : new String[] {"", "-wal", "-shm"}) {
      bytes += file.resolveSibling(file.getFileName() + part).toFile().length();
    }
    return bytes;
  }

  static UncheckedIOException failed(String what, IOException cause) {
    return new UncheckedIOException(what + ": " + reason(cause), cause);
  }

  /** The messages of these name the file only. */
  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "there is a file in its place";
    }
    return e instanceof NoSuchFileException
        ? "there is no such file or directory"
        : String.valueOf(e.getMessage());
  }
}
