package io.sharedcounter;

import io.sharedcounter.archive.ArchiveLedger;
import io.sharedcounter.archive.ArchiveSettings;
import io.sharedcounter.archive.DataDirectory;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Opens the namespaces that outlive the process, in the data directory of one instance, which is
 * taken with the first of them. Confined to the instance's monitor.
 */
final class SurvivingNamespaces implements AutoCloseable {
  private final Optional<Path> path;
  private Optional<DataDirectory> directory = Optional.empty();

  SurvivingNamespaces(Optional<Path> path) {
    this.path = path;
  }

  /**
   * Opens the file of the namespace and restores its counters.
   *
   * @throws IllegalArgumentException if there is no data directory
   * @throws IllegalStateException if the directory is in use, or the file is not what it should be
   */
  ArchiveLedger open(NamespaceConfig namespace, CounterSettings settings) {
    Path data =
        path.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "namespace '"
                        + namespace.name()
                        + "' keeps files; say where with data.directory"));
    if (directory.isEmpty()) {
      directory = Optional.of(DataDirectory.open(data));
    }
    return ArchiveLedger.open(
        directory.get(),
        new ArchiveSettings(
            settings,
            namespace.durability(),
            namespace.snapshotEvery(),
            namespace.snapshotKeep().orElse(ArchiveSettings.DEFAULT_SNAPSHOTS_KEPT),
            namespace.flush().orElse(ArchiveSettings.DEFAULT_FLUSH),
            namespace.archiveKeep(),
            InstantSource.system()));
  }

  /**
   * Refuses a namespace that is to live in memory though a file of it exists: its numbers would
   * start again.
   *
   * @throws IllegalStateException that names the file
   */
  void refuseForgotten(NamespaceConfig namespace) {
    path.map(data -> file(data, namespace.name()))
        .filter(Files::exists)
        .ifPresent(
            file -> {
              throw new IllegalStateException(
                  "namespace '"
                      + namespace.name()
                      + "': "
                      + file
                      + " exists, but the namespace has neither archive nor snapshot: its counters"
                      + " would start again; give it the features it had, or export the counters,"
                      + " move the file away, and import them");
            });
  }

  /**
   * Returns where the counters of a namespace are.
   *
   * @throws IllegalArgumentException if the name is not allowed
   */
  static Path file(Path directory, String namespace) {
    return directory.resolve(Names.checkNamespace(namespace) + ".sqlite");
  }

  @Override
  public void close() {
    // Not by a method reference: linking that would load the class where nothing is archived.
    if (directory.isPresent()) {
      directory.get().close();
    }
  }
}
