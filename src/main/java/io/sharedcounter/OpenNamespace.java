package io.sharedcounter;

import io.sharedcounter.archive.Archive;
import io.sharedcounter.archive.ArchiveLedger;
import io.sharedcounter.archive.ArchiveSettings;
import io.sharedcounter.archive.LocalRecord;
import io.sharedcounter.cluster.Cluster;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.jmx.MBeanAttribute;
import io.sharedcounter.jmx.MBeanOperation;
import io.sharedcounter.jmx.NamespaceFacts;
import io.sharedcounter.jmx.NamespaceMBeans;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One open namespace: its registry, and the features and MBeans around it.
 *
 * <p>The MBeans come last and go first, so that nobody can call what is not ready. Thread-safe.
 */
final class OpenNamespace implements AutoCloseable {
  private final CounterRegistry registry;
  private final Optional<ArchiveLedger> ledger;
  private final Optional<Archive> archive;
  private final List<String> features;
  private final Closing parts;

  private OpenNamespace(
      CounterRegistry registry,
      Optional<ArchiveLedger> ledger,
      Optional<Archive> archive,
      List<String> features,
      Closing parts) {
    this.ledger = ledger;
    this.archive = archive;
    this.registry = registry;
    this.features = features;
    this.parts = parts;
  }

  /**
   * Opens the namespace, or throws and leaves nothing behind.
   *
   * @param cluster the cluster of this process, where it has one
   * @throws IllegalArgumentException if it asks for features that do not go together, or to be
   *     replicated where there is no cluster
   * @throws IllegalStateException that names the holder if another instance holds the namespace
   */
  static OpenNamespace open(
      NamespaceConfig namespace,
      SharedCountersConfig config,
      SurvivingNamespaces surviving,
      String instanceId,
      Optional<Cluster> cluster) {
    refuseMixed(namespace, cluster);
    Closing parts = new Closing();
    try {
      parts.add(NamespaceClaims.claim(namespace.name(), instanceId));
      CounterSettings settings = config.settings(namespace);
      List<MBeanAttribute<Object>> attributes = new ArrayList<>();
      List<MBeanOperation<Object>> operations = new ArrayList<>();
      CounterRegistry registry;
      Optional<ArchiveLedger> kept = Optional.empty();
      Optional<LocalRecord> record = Optional.empty();
      if (namespace.has(Feature.REPLICATE)) {
        if (!namespace.isRecorded()) {
          surviving.refuseForgotten(namespace);
        }
        Cluster joined = cluster(namespace, cluster);
        registry = new CounterRegistry(settings, joined.ledger(settings));
        parts.add(registry::close);
        if (namespace.isRecorded()) {
          LocalRecord opened = surviving.record(namespace, settings);
          joined.record(namespace.name(), opened);
          record = Optional.of(opened);
          attributes.addAll(HistoryFace.attributes(opened));
          operations.addAll(HistoryFace.operations(opened));
        }
      } else if (namespace.keepsFile()) {
        ArchiveLedger ledger = surviving.open(namespace, settings);
        kept = Optional.of(ledger);
        SurvivingFace face = new SurvivingFace(ledger, namespace);
        attributes.addAll(face.attributes());
        operations.addAll(face.operations());
        registry = new CounterRegistry(settings, ledger);
        parts.add(registry::close);
      } else {
        surviving.refuseForgotten(namespace);
        registry = new CounterRegistry(settings);
        parts.add(registry::close);
      }
      if (namespace.has(Feature.SERIALIZE)) {
        operations.addAll(DocumentFace.operations(registry));
      }
      NamespaceFacts facts =
          new NamespaceFacts(
              namespace.features(),
              durability(namespace),
              state(registry, record),
              instanceId,
              hasReplica(namespace, cluster) ? config.counterMBeans(namespace) : 0);
      config
          .mBeanServer()
          .ifPresent(
              server ->
                  parts.add(
                      NamespaceMBeans.publish(server, registry, facts, attributes, operations)));
      return new OpenNamespace(
          registry, kept, archive(kept, record, namespace), namespace.features(), parts);
    } catch (RuntimeException | Error e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  private static Optional<Archive> archive(
      Optional<ArchiveLedger> kept, Optional<LocalRecord> record, NamespaceConfig namespace) {
    // Not by functions: linking these would load the classes where nothing is archived.
    if (record.isPresent()) {
      return Optional.of(record.get());
    }
    return kept.isPresent() && namespace.has(Feature.ARCHIVE)
        ? Optional.of(kept.get())
        : Optional.empty();
  }

  /** A record that is behind keeps nobody from counting, but people are to know of it. */
  private static Supplier<String> state(CounterRegistry registry, Optional<LocalRecord> record) {
    return () -> {
      String state = registry.state();
      String recorded = record.isPresent() ? record.get().state() : Ledger.OK;
      return recorded.equals(Ledger.OK) ? state : state + "; its record here: " + recorded;
    };
  }

  /** The one place that knows which features do not go together. */
  private static void refuseMixed(NamespaceConfig namespace, Optional<Cluster> cluster) {
    if (namespace.has(Feature.REPLICATE) && namespace.has(Feature.SNAPSHOT)) {
      throw new IllegalArgumentException(
          "namespace '"
              + namespace.name()
              + "' asks for "
              + String.join(", ", namespace.features())
              + " together; the cluster takes snapshots of its own, drop snapshot");
    }
    if (namespace.isRecorded() && !hasReplica(namespace, cluster)) {
      throw new IllegalArgumentException(
          "namespace '"
              + namespace.name()
              + "' is to be archived, but this process is a client of the cluster: it applies"
              + " nothing that it could record; drop archive here, the members keep records");
    }
  }

  private static Cluster cluster(NamespaceConfig namespace, Optional<Cluster> cluster) {
    return cluster.orElseThrow(
        () ->
            new IllegalArgumentException(
                "namespace '"
                    + namespace.name()
                    + "' is to be replicated, but no cluster is configured; set cluster.peers, and"
                    + " for a member cluster.node and cluster.directory"));
  }

  /** Returns whether this process has the counters: others can be looked at only at a price. */
  private static boolean hasReplica(NamespaceConfig namespace, Optional<Cluster> cluster) {
    return !namespace.has(Feature.REPLICATE) || cluster.map(Cluster::hasReplica).orElse(true);
  }

  /** Returns what an acknowledged change survives, in a word. */
  static String durability(NamespaceConfig namespace) {
    if (namespace.has(Feature.REPLICATE)) {
      return "majority";
    }
    String kept =
        namespace.snapshotEvery().map(every -> "snapshot every " + every).orElse("memory only");
    return namespace.durability().map(level -> word(level, namespace)).orElse(kept);
  }

  private static String word(Durability level, NamespaceConfig namespace) {
    return level == Durability.EVENTUAL
        ? ConfigFile.word(level) + ", a kill loses at most the last " + flush(namespace)
        : ConfigFile.word(level);
  }

  private static Duration flush(NamespaceConfig namespace) {
    return namespace.flush().orElse(ArchiveSettings.DEFAULT_FLUSH);
  }

  CounterRegistry registry() {
    return registry;
  }

  /**
   * Returns the archive.
   *
   * @throws IllegalArgumentException if it has none
   */
  Archive archive() {
    return archive.orElseThrow(() -> lacks(Feature.ARCHIVE));
  }

  /**
   * Writes a snapshot now.
   *
   * @throws IllegalArgumentException if it takes none
   */
  void snapshot() {
    ledger
        .filter(any -> features.contains(Feature.SNAPSHOT.word()))
        .orElseThrow(() -> lacks(Feature.SNAPSHOT))
        .snapshot();
  }

  private IllegalArgumentException lacks(Feature feature) {
    return new IllegalArgumentException(
        "namespace '" + registry.namespace() + "' does not have the feature " + feature.word());
  }

  List<String> features() {
    return features;
  }

  @Override
  public void close() {
    parts.close();
  }
}
