package io.sharedcounter.cluster;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.statemachine.StateMachine;

/**
 * Keeps the names of the files of a member's log. Ratis forces what is in them but not that they
 * are there: a loss of power could take a whole file of acknowledged entries. Ratis calls this
 * before it counts entries as written. Confined to one thread at a time.
 */
final class ForcedNames implements StateMachine.DataApi {
  /** File systems keep times in coarse steps, and a second change may be in the same one. */
  private static final long STEP_MILLIS = 1_000;

  private final Path log;
  private FileTime sure = FileTime.fromMillis(0);
  private boolean isBegun;

  /** For the directory of that name, which may not be there yet. */
  ForcedNames(Path log) {
    this.log = log.toAbsolutePath();
  }

  @Override
  public CompletableFuture<Void> flush(long index) {
    try {
      force();
      return CompletableFuture.completedFuture(null);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void force() throws IOException {
    long now = System.currentTimeMillis();
    FileTime changed = Files.getLastModifiedTime(log);
    if (changed.equals(sure)) {
      return;
    }
    force(log);
    // Up to the directory that the member's own was made in.
    Path parent = log.getParent();
    for (int i = 0; i < 3 && !isBegun && parent != null; i++) {
      force(parent);
      parent = parent.getParent();
    }
    isBegun = true;
    if (now - changed.toMillis() > STEP_MILLIS) {
      sure = changed;
    }
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
