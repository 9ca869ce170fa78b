package io.sharedcounter.cluster;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps a member's directory for one process: at once, where Ratis would try for seconds.
 * Thread-safe.
 */
final class DirectoryLock implements AutoCloseable {
  /** Those of this JVM: closing a second channel of a file would give up the first one's lock. */
  private static final Set<Path> OURS = new HashSet<>();

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Takes the directory, which exists.
   *
   * @throws IllegalStateException that names who has it, if somebody has
   */
  static DirectoryLock take(Path path) throws IOException {
    Path directory = path.toRealPath();
    synchronized (OURS) {
      if (!OURS.add(directory)) {
        throw new IllegalStateException("the directory is in use in this process");
      }
    }
    FileChannel channel = null;
    try {
      Path file = directory.resolve("in_use");
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new IllegalStateException(
            "the directory is in use by process " + Files.readString(file).strip());
      }
      channel.truncate(0);
      channel.write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"));
      return new DirectoryLock(directory, channel);
    } catch (IOException | RuntimeException e) {
      RaftNode.close(channel);
      forget(directory);
      throw e;
    }
  }

  private static void forget(Path directory) {
    synchronized (OURS) {
      OURS.remove(directory);
    }
  }

  @Override
  public void close() {
    RaftNode.close(channel);
    forget(directory);
  }
}
