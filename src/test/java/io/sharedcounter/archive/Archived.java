package io.sharedcounter.archive;

import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import java.nio.file.Path;
import java.time.Duration;

/** One open namespace of a test, with its directory. Thread-safe. */
record Archived(DataDirectory directory, ArchiveLedger ledger, CounterRegistry registry)
    implements AutoCloseable {

  /** The kinds of namespace that survive. */
  enum Kind {
    POWER_LOSS,
    PROCESS_KILL,
    EVENTUAL,
    SNAPSHOT;

    ArchiveSettings settings(CounterSettings counters) {
      return this == SNAPSHOT
          ? ArchiveSettings.snapshots(counters, Duration.ofMinutes(1))
          : ArchiveSettings.archive(counters, Durability.valueOf(name()));
    }
  }

  static Archived open(Path path, Kind kind) {
    return open(path, kind, CounterSettings.of("tickets"));
  }

  static Archived open(Path path, Kind kind, CounterSettings counters) {
    return open(path, kind.settings(counters));
  }

  static Archived open(Path path, ArchiveSettings settings) {
    DataDirectory directory = DataDirectory.open(path);
    try {
      ArchiveLedger ledger = ArchiveLedger.open(directory, settings);
      return new Archived(directory, ledger, new CounterRegistry(settings.counters(), ledger));
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  @Override
  public void close() {
    registry.close();
    directory.close();
  }
}
