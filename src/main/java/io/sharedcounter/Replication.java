package io.sharedcounter;

import io.sharedcounter.cluster.ClusterMember;
import io.sharedcounter.cluster.ClusterSettings;
import io.sharedcounter.jmx.ClusterFacts;

/** Starts the member of a cluster and shows it to the MBeans. Stateless, thread-safe. */
final class Replication {
  private Replication() {}

  /**
   * Starts the member.
   *
   * @throws IllegalStateException if the jars of Apache Ratis are missing
   */
  static ClusterMember start(ClusterSettings settings) {
    try {
      return new ClusterMember(settings);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "replication needs org.apache.ratis:ratis-server, ratis-grpc and ratis-metrics-default"
              + " 3.3.0 on the class path ("
              + e.getMessage()
              + " is missing)",
          e);
    }
  }

  static ClusterFacts facts(String instance, ClusterMember member) {
    return new ClusterFacts(
        instance,
        member::numbers,
        member::texts,
        member::addPeer,
        member::removePeer,
        member::transferLeadership,
        member::snapshotNow);
  }
}
