package io.sharedcounter.archive;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A directory of files of namespaces, in use by nobody else until it is closed. Thread-safe. */
public final class DataDirectory implements AutoCloseable {
  /**
   * The directories that this process uses. The system's locks are the process's: to open and close
   * the file a second time would lose the lock of the first.
   */
  private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final Path real;
  private final FileChannel channel;

  private DataDirectory(Path path, Path real, FileChannel channel) {
    this.path = path;
    this.real = real;
    this.channel = channel;
  }

  /**
   * Takes the directory, creating it if there is none, and loads SQLite.
   *
   * @throws IllegalStateException if another process or another part of this one uses it, or if the
   *     jar of SQLite is missing
   * @throws java.io.UncheckedIOException if it cannot be used
   */
  public static DataDirectory open(Path path) {
    Path real;
    try {
      Files.createDirectories(path);
      real = path.toRealPath();
    } catch (IOException e) {
      throw Database.failed("data directory " + path + " cannot be used", e);
    }
    if (!TAKEN.add(real)) {
      throw inUse(path, "another part of this process, " + ProcessHandle.current().pid());
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              path.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        throw inUse(path, read(channel));
      }
      write(channel);
      SqliteLibrary.load(path, true);
      return new DataDirectory(path, real, channel);
    } catch (OverlappingFileLockException e) {
      // Another class loader of this process has this class too, and a lock of its own.
      giveBack(real, channel);
      throw inUse(path, "another part of this process, " + ProcessHandle.current().pid());
    } catch (IOException e) {
      giveBack(real, channel);
      throw Database.failed("data directory " + path + " cannot be used", e);
    } catch (RuntimeException e) {
      giveBack(real, channel);
      throw e;
    }
  }

  /**
   * Loads SQLite for somebody who only reads files of the directory, which another process may have
   * taken.
   *
   * @throws IllegalStateException if the jar of SQLite is missing
   * @throws java.io.UncheckedIOException if it does not load
   */
  public static void visit(Path path) {
    try {
      SqliteLibrary.load(path, false);
    } catch (IOException e) {
      throw Database.failed("data directory " + path + " cannot be used", e);
    }
  }

  private static IllegalStateException inUse(Path path, String holder) {
    return new IllegalStateException(
        "data directory "
            + path
            + " is in use by "
            + holder
            + "; stop it or choose another data directory");
  }

  /** Returns where it is. */
  public Path path() {
    return path;
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(300);
    channel.read(text, 0);
    String holder = StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
    return holder.isEmpty() ? "another process" : holder;
  }

  private static void write(FileChannel channel) throws IOException {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "an unnamed host";
    }
    String holder = "process " + ProcessHandle.current().pid() + " on host " + host + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
  }

  private static void giveBack(Path real, @Nullable FileChannel channel) {
    TAKEN.remove(real);
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The failure under way says more.
    }
  }

  /** Lets others use the directory. */
  @Override
  public void close() {
    giveBack(real, channel);
  }
}
