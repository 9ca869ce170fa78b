package io.sharedcounter;

import io.sharedcounter.cluster.Cluster;
import io.sharedcounter.cluster.ClusterSettings;
import io.sharedcounter.core.Recorder;
import io.sharedcounter.jmx.ClusterFacts;
import java.util.Map;

/** Opens the cluster and shows it to the MBeans. Stateless, thread-safe. */
final class Replication {
  private Replication() {}

  /**
   * Opens the cluster, as {@link Cluster#open(ClusterSettings, Map)} does.
   *
   * @throws IllegalStateException if the jars of Apache Ratis are missing
   */
  static Cluster start(ClusterSettings settings, Map<String, Recorder> recorders) {
    try {
      return Cluster.open(settings, recorders);
    } catch (NoClassDefFoundError | ExceptionInInitializerError e) {
      // Ratis looks for ratis-metrics-default by itself, and fails to initialize without it.
      throw new IllegalStateException(
          "replication needs org.apache.ratis:ratis-server, ratis-grpc and ratis-metrics-default"
              + " 3.3.0 on the class path ("
              + (e instanceof NoClassDefFoundError ? e.getMessage() + " is missing" : e.getCause())
              + ")",
          e);
    }
  }

  static ClusterFacts facts(String instance, Cluster cluster) {
    return new ClusterFacts(
        instance,
        cluster::numbers,
        cluster::texts,
        cluster::addPeer,
        cluster::removePeer,
        cluster::transferLeadership,
        cluster::snapshotNow);
  }
}
