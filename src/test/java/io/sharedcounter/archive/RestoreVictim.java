package io.sharedcounter.archive;

import java.nio.file.Path;
import java.time.InstantSource;

/** A process that restores one state and the other in turns until it is killed. Stateless. */
final class RestoreVictim {
  private RestoreVictim() {}

  /** Restores the two transactions that {@code arguments} name after the directory. */
  public static void main(String[] arguments) {
    try (DataDirectory directory = DataDirectory.open(Path.of(arguments[0]))) {
      for (int i = 1; ; i = 3 - i) {
        long sequence = Long.parseLong(arguments[i]);
        Restoration.restore(directory, "tickets", sequence, InstantSource.system(), far -> {});
        System.out.println(sequence);
      }
    }
  }
}
