package io.sharedcounter;

import io.sharedcounter.archive.Backup;
import io.sharedcounter.archive.CounterFile;
import io.sharedcounter.archive.DataDirectory;
import io.sharedcounter.archive.Difference;
import io.sharedcounter.archive.History;
import io.sharedcounter.archive.Past;
import io.sharedcounter.archive.Restoration;
import io.sharedcounter.archive.Snapshots;
import io.sharedcounter.archive.Transaction;
import io.sharedcounter.archive.Verification;
import io.sharedcounter.core.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Works on the files of namespaces that survive, from outside: reads those of a stopped server, or
 * of one that goes on meanwhile; changes only those of a stopped one. Immutable.
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
   * @throws IllegalArgumentException if there is no such file, the name is not allowed, or the
   *     limit is out of range
   * @throws IllegalStateException if the file is damaged
   */
  public List<String> history(String namespace, String counter, int limit) {
    check(namespace);
    Names.checkCounter(counter);
    try (History history = History.open(directory, namespace)) {
      return history.history(counter, limit).stream().map(Transaction::toString).toList();
    }
  }

  /**
   * Returns the number of the latest transaction in the file, 0 if there is none.
   *
   * @throws IllegalStateException if the file is damaged
   */
  public long lastSequence(String namespace) {
    if (!Files.exists(SurvivingNamespaces.file(directory, namespace))) {
      return 0;
    }
    DataDirectory.visit(directory);
    return CounterFile.lastSequence(directory, namespace);
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
   * Checks the snapshots of an archive and returns how many there are.
   *
   * @throws IllegalArgumentException if there is no such file
   * @throws IllegalStateException that names the first that is damaged, and what is wrong with it
   */
  public int verifySnapshots(String namespace) {
    check(namespace);
    return Snapshots.verify(directory, namespace);
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

  /**
   * Returns the number of the last transaction at or before that time, 0 if the first came later.
   *
   * @throws IllegalArgumentException if there is no such file, the time is in the future, or the
   *     archive does not reach back there
   * @throws IllegalStateException if the file is damaged
   */
  public long sequenceAt(String namespace, Instant time) {
    check(namespace);
    return Past.sequenceAt(directory, namespace, time, Instant.now());
  }

  /**
   * Returns the counters that a restore to that transaction would change. Changes nothing.
   *
   * @param sequence 0 (before the first) to the latest
   * @param progress is told how many transactions have been read, now and then
   * @throws IllegalArgumentException if there is no such file, or the archive does not reach there
   * @throws IllegalStateException if the file is damaged
   */
  public List<Difference> checkRestore(String namespace, long sequence, LongConsumer progress) {
    check(namespace);
    return Past.differences(directory, namespace, sequence, progress);
  }

  /**
   * Gives the counters the values they had after that transaction, by further transactions of the
   * origin {@code restore}, all of them or none. First copies the file into {@code
   * <data>/replaced/}.
   *
   * @param sequence 0 (before the first) to the latest
   * @param progress is told how many transactions have been read, now and then
   * @throws IllegalArgumentException if there is no such file, or the archive does not reach there
   * @throws IllegalStateException if a server uses the directory, the file is damaged, or it cannot
   *     be written; nothing has changed unless the message says that this is not known
   */
  public Restoration restore(String namespace, long sequence, LongConsumer progress) {
    check(namespace);
    try (DataDirectory taken = DataDirectory.open(directory)) {
      return Restoration.restore(taken, namespace, sequence, InstantSource.system(), progress);
    }
  }

  private void check(String namespace) {
    checkExists(directory, namespace);
    DataDirectory.visit(directory);
  }

  static void checkExists(Path directory, String namespace) {
    Path file = SurvivingNamespaces.file(directory, namespace);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException("namespace '" + namespace + "': there is no " + file);
    }
  }
}
