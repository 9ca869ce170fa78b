package io.sharedcounter.cluster;

import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.Recorder;
import java.util.List;
import java.util.Map;

/**
 * The cluster of replicated counters as this process takes part in it: as a member that keeps them,
 * or as a client. Thread-safe.
 */
public interface Cluster extends AutoCloseable {
  /**
   * Takes part as the settings say. Returns before there is a leader; operations wait for it.
   *
   * @throws IllegalArgumentException if the settings are not safe: an empty directory that may have
   *     been a member's, a file of TLS that cannot be read; the message says what to do
   * @throws IllegalStateException if address or directory cannot be used; nothing is left open
   */
  static Cluster open(ClusterSettings settings) {
    return open(settings, Map.of());
  }

  /**
   * Takes part as {@link #open(ClusterSettings)} does, and records what is applied to namespaces
   * from the first entry on.
   *
   * @param recorders by the names of the namespaces; a client uses none
   * @throws IllegalStateException also if this begins a new cluster and a record is of another
   */
  static Cluster open(ClusterSettings settings, Map<String, Recorder> recorders) {
    return settings.member().isPresent()
        ? new ClusterMember(settings, settings.member().get(), recorders)
        : new ClusterClient(settings);
  }

  /** Returns the ledger of one replicated namespace. */
  Ledger ledger(CounterSettings namespace);

  /**
   * Records what is applied to a namespace from now on; does nothing if it is recorded already.
   *
   * @throws IllegalStateException if this process is a client, where nothing is applied
   */
  void record(String namespace, Recorder recorder);

  /** Returns whether this process has the counters, so that looking at them costs nothing. */
  boolean hasReplica();

  /** Returns {@code OK}, or why changes are refused or what is shown is old. */
  String state();

  /** Returns the numbers of the MBean, by the names of its attributes. */
  Map<String, Long> numbers();

  /** Returns the texts of the MBean, by the names of its attributes. */
  Map<String, List<String>> texts();

  /** Returns a line on each member by its name and address, asking them all. */
  Map<String, String> describe();

  /**
   * Adds a voter that was started with {@code join}; returns when it has caught up.
   *
   * @param peer {@code name@host:port}
   * @throws IllegalArgumentException if it is a member already
   * @throws IllegalStateException if it does not wait to be added, or the cluster has no leader
   */
  void addPeer(String peer);

  /**
   * Removes the voter of that name, dead or alive.
   *
   * @throws IllegalArgumentException if there is none
   * @throws IllegalStateException if the cluster has no leader or refuses
   */
  void removePeer(String name);

  /**
   * Makes the voter of that name the leader.
   *
   * @throws IllegalArgumentException if there is none
   * @throws IllegalStateException if the cluster has no leader or refuses
   */
  void transferLeadership(String name);

  /**
   * Has this member write a snapshot of what it has applied, if it has not yet, and waits for it.
   *
   * @throws IllegalStateException if it keeps nothing, is not yet in the cluster, or could not
   *     write it
   */
  void snapshotNow();

  /** Leaves the cluster until the next start; the members go on. */
  @Override
  void close();
}
