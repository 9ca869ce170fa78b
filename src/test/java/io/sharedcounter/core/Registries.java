package io.sharedcounter.core;

import io.sharedcounter.archive.ArchiveLedger;
import io.sharedcounter.archive.ArchiveSettings;
import io.sharedcounter.archive.DataDirectory;
import io.sharedcounter.testing.InMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.stream.Stream;

/**
 * Makes the registries that tests look at: in memory, or for as long as {@link EveryKindTest} says
 * so, of a namespace that survives. Confined to one test at a time.
 */
final class Registries {
  /** How many of the registries that survive stay open at once; no test looks at more. */
  private static final int OPEN = 4;

  /** Where counters live. */
  enum Kind {
    MEMORY,
    POWER_LOSS,
    PROCESS_KILL,
    EVENTUAL,
    SNAPSHOT;

    private ArchiveSettings settings(CounterSettings counters) {
      return this == SNAPSHOT
          ? ArchiveSettings.snapshots(counters, Duration.ofMillis(20))
          : ArchiveSettings.archive(counters, Durability.valueOf(name()));
    }
  }

  private record Open(Path path, DataDirectory directory, CounterRegistry registry) {
    void close() {
      registry.close();
      directory.close();
      try (Stream<Path> all = Files.walk(path)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final Deque<Open> OPENED = new ArrayDeque<>();
  private static Kind kind = Kind.MEMORY;

  private Registries() {}

  /** Lets the registries from now on be of that kind; those made before are closed. */
  static synchronized void use(Kind next) {
    while (!OPENED.isEmpty()) {
      OPENED.remove().close();
    }
    kind = next;
  }

  /** Closes those that survive and that nobody looks at any more. */
  static synchronized void closeAll() {
    use(kind);
  }

  /** Returns how often to repeat what is repeated that often in memory. */
  static int rounds(int inMemory) {
    return kind == Kind.MEMORY ? inMemory : Math.max(5, inMemory / 20);
  }

  /** Returns an empty registry where nobody waits for a lock. */
  static CounterRegistry empty() {
    return at(new ManualClock());
  }

  /** Returns an empty registry with that clock where nobody waits for a lock. */
  static CounterRegistry at(ManualClock clock) {
    return of(new CounterSettings("test", 1_000, Duration.ZERO, clock));
  }

  /** Returns an empty registry with the real clock where changes wait for locks. */
  static CounterRegistry waiting(Duration lockWait) {
    return of(new CounterSettings("test", 1_000, lockWait, SteadyClock.INSTANCE));
  }

  /** Returns an empty registry with room for so many counters. */
  static CounterRegistry limitedTo(int maxCounters) {
    return of(new CounterSettings("test", maxCounters, Duration.ZERO, new ManualClock()));
  }

  /** Returns the registry that is there, after everything in it was removed, or else a new one. */
  static synchronized CounterRegistry cleared(CounterSettings settings) {
    if (kind == Kind.MEMORY || OPENED.isEmpty()) {
      return of(settings);
    }
    CounterRegistry registry = OPENED.getLast().registry();
    for (String name : registry.getAllCounters().keySet()) {
      if (registry.locks().containsKey(name)) {
        registry.apply(name, Change.of(Operation.BREAK_LOCK, 0, "test"));
      }
      registry.remove(name);
    }
    return registry;
  }

  /** Returns an empty registry. */
  static synchronized CounterRegistry of(CounterSettings settings) {
    if (kind == Kind.MEMORY) {
      return new CounterRegistry(settings);
    }
    while (OPENED.size() >= OPEN) {
      OPENED.remove().close();
    }
    try {
      // What is looked at is the meaning, not the disk.
      Path path = InMemory.create();
      DataDirectory directory = DataDirectory.open(path);
      ArchiveLedger ledger = ArchiveLedger.open(directory, kind.settings(settings));
      CounterRegistry registry = new CounterRegistry(settings, ledger);
      OPENED.add(new Open(path, directory, registry));
      return registry;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
