package io.sharedcounter;

import io.sharedcounter.archive.ArchiveLedger;
import io.sharedcounter.archive.ArchiveSettings;
import io.sharedcounter.archive.DataDirectory;
import io.sharedcounter.archive.LocalRecord;
import io.sharedcounter.cluster.ClusterSettings;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Names;
import io.sharedcounter.core.Recorder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Opens the namespaces that outlive the process, in the data directory of one instance, which is
 * taken with the first of them. Confined to the instance's monitor.
 */
final class SurvivingNamespaces implements AutoCloseable {
  private final Optional<Path> path;
  private Optional<DataDirectory> directory = Optional.empty();
  private final Map<String, LocalRecord> records = new TreeMap<>();

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
    return ArchiveLedger.open(
        directory(namespace),
        new ArchiveSettings(
            settings,
            namespace.durability(),
            namespace.snapshotEvery(),
            namespace.snapshotKeep().orElse(ArchiveSettings.DEFAULT_SNAPSHOTS_KEPT),
            namespace.flush().orElse(ArchiveSettings.DEFAULT_FLUSH),
            namespace.archiveKeep(),
            InstantSource.system()));
  }

  private DataDirectory directory(NamespaceConfig namespace) {
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
    return directory.get();
  }

  /**
   * Opens the records of the replicated namespaces, where this process is to be a member: what the
   * log brings from its start on belongs into them.
   *
   * @throws RuntimeException as {@link #record} does
   */
  Map<String, Recorder> records(SharedCountersConfig config) {
    Map<String, Recorder> found = new TreeMap<>();
    if (config.cluster().flatMap(ClusterSettings::member).isPresent()) {
      for (String name : names(config)) {
        NamespaceConfig namespace = config.namespace(name);
        if (namespace.isRecorded()) {
          found.put(name, record(namespace, config.settings(namespace)));
        }
      }
    }
    return found;
  }

  /** Returns the namespaces that are declared, and those not declared by name that have a file. */
  private Set<String> names(SharedCountersConfig config) {
    Set<String> names = new TreeSet<>(config.namespaces().keySet());
    NamespaceConfig any = config.namespaces().get(NamespaceConfig.ANY);
    if (names.remove(NamespaceConfig.ANY) && any != null && any.isRecorded()) {
      String[] files = path.map(data -> data.toFile().list()).orElse(null);
      for (String file : files == null ? new String[0] : files) {
        if (file.matches("[a-z0-9][a-z0-9_-]{0,63}\\.sqlite")) {
          names.add(file.substring(0, file.lastIndexOf('.')));
        }
      }
    }
    return names;
  }

  /**
   * Returns the record of a replicated namespace, which is opened once.
   *
   * @throws IllegalArgumentException if there is no data directory
   * @throws IllegalStateException if the directory is in use, or the file is not what it should be
   */
  LocalRecord record(NamespaceConfig namespace, CounterSettings settings) {
    LocalRecord record = records.get(namespace.name());
    if (record == null) {
      record = LocalRecord.open(directory(namespace), settings, InstantSource.system());
      records.put(namespace.name(), record);
    }
    return record;
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
    for (LocalRecord record : records.values()) {
      record.close();
    }
    // Not by a method reference: linking that would load the class where nothing is archived.
    if (directory.isPresent()) {
      directory.get().close();
    }
  }
}
