package io.sharedcounter.server;

import io.sharedcounter.archive.Difference;
import io.sharedcounter.archive.Restoration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Gives the counters of an archived namespace the values they had, while its server is stopped.
 * Confined to the main thread.
 */
@Command(
    name = "restore",
    description =
        "Gives all counters the values they had after a transaction or at a time, while the server"
            + " is stopped. What it replaces is copied first; the archive goes on and records it.")
final class RestoreCommand implements Callable<Integer> {
  @Mixin private ArchiveOptions archive = new ArchiveOptions();

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private Target target;

  @Option(
      names = "--dry-run",
      description = "Only prints what would change; a running server is not in its way.")
  private boolean isDryRun;

  /** To where. Confined to the main thread. */
  static final class Target {
    @Option(
        names = "--to-sequence",
        paramLabel = "N",
        description = "The last transaction whose effect stays; 0: none.")
    private Optional<Long> sequence = Optional.empty();

    @Option(
        names = "--to-time",
        paramLabel = "INSTANT",
        description = "For example 2026-01-01T12:00:00Z; not in the future.")
    private Optional<Instant> time = Optional.empty();
  }

  @Override
  public Integer call() {
    String namespace = archive.namespace();
    return archive.changing(namespace, () -> restore(namespace));
  }

  private int restore(String namespace) {
    long sequence =
        target.sequence.orElseGet(
            () -> archive.files().sequenceAt(namespace, target.time.orElseThrow()));
    AtomicLong far = new AtomicLong();
    String to = " of namespace " + namespace + " to transaction " + sequence;
    if (isDryRun) {
      List<Difference> changes =
          archive.telling(
              () -> far + " transactions read",
              () -> archive.files().checkRestore(namespace, sequence, far::set));
      changes.forEach(archive.out()::println);
      archive.print("would restore " + changes.size() + " counters" + to);
      return 0;
    }
    Restoration done =
        archive.telling(
            () -> far + " transactions read",
            () -> archive.files().restore(namespace, sequence, far::set));
    done.copy().ifPresent(copy -> archive.print("copied what is replaced to " + copy));
    archive.print("restored " + done.changes().size() + " counters" + to);
    return 0;
  }
}
