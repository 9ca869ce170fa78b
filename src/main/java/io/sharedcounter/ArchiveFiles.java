package io.sharedcounter;

import io.sharedcounter.archive.Backup;
import io.sharedcounter.archive.History;
import io.sharedcounter.archive.Transaction;
import io.sharedcounter.archive.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Reads the files of namespaces that survive, from outside: of a stopped server, or of one that
 * goes on meanwhile. Changes none of them. Immutable.
 */
public final class ArchiveFiles {
  private final Path directory;

  /** Looks at the files in the data directory {@code directory}. */
  public ArchiveFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * Returns the latest transactions of the counter, one line each, the latest first.
   *
   * @param limit how many at most, 1 to 10,000
   * @throws IllegalArgumentException if there is no such file, or the limit is out of range
   * @throws IllegalStateException if the file is damaged
   */
  public List<String> history(String namespace, String counter, int limit) {
    check(namespace);
    try (History history = History.open(directory, namespace)) {
      return history.history(counter, limit).stream().map(Transaction::toString).toList();
    }
  }

  /**
   * Checks the whole file and returns how many transactions it holds.
   *
   * @param progress is told how many have been checked, now and then
   * @throws IllegalArgumentException if there is no such file
   * @throws IllegalStateException that says what is wrong first
   */
  public long verify(String namespace, LongConsumer progress) {
    check(namespace);
    return Verification.verify(directory, namespace, progress);
  }

  /**
   * Writes a copy of the file as it is at one instant.
   *
   * @throws IllegalArgumentException if there is no such file, or the target exists
   * @throws IllegalStateException if the file is damaged
   */
  public void backup(String namespace, Path target) {
    check(namespace);
    Backup.copy(directory, namespace, target);
  }

  private void check(String namespace) {
    Path file = directory.resolve(namespace + ".sqlite");
    if (!Files.exists(file)) {
      throw new IllegalArgumentException("namespace '" + namespace + "': there is no " + file);
    }
  }
}
