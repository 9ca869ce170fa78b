package io.sharedcounter.jmx;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** The MBean of this process as a member of a cluster: {@code type=Cluster}. Thread-safe. */
public final class ClusterMBean implements AutoCloseable {
  private static final MBeanTable<ClusterFacts> TABLE =
      new MBeanTable<>(
          ClusterMBean.class.getName(),
          "This process as a member of the cluster of replicated counters",
          attributes(),
          operations());

  private final Registration registration;

  private ClusterMBean(Registration registration) {
    this.registration = registration;
  }

  /**
   * Registers the MBean.
   *
   * @throws IllegalStateException if the name is taken
   */
  public static ClusterMBean publish(MBeanServer server, ClusterFacts facts) {
    ObjectName name = ObjectNames.cluster(facts.instance());
    return new ClusterMBean(
        Registration.of(server, name, new TableMBean<>(TABLE, facts))
            .orElseThrow(() -> new IllegalStateException(name + " is registered already")));
  }

  /** Unregisters the MBean if it is still ours. Does nothing the second time. */
  @Override
  public void close() {
    registration.close();
  }

  private static List<MBeanAttribute<ClusterFacts>> attributes() {
    return List.of(
        text("Role", "LEADER, FOLLOWER, CANDIDATE, CLIENT, or WAITING to take part"),
        text("Leader", "Name of the leader as far as this member knows; empty when unknown"),
        text("State", "OK, or the reason why changes are refused"),
        gauge("Term", "Number of the leader's term", "count"),
        gauge("CommitIndex", "Index up to which a majority keeps the log", "count"),
        gauge("LastApplied", "Index up to which this member shows the counters", "count"),
        MBeanAttribute.of(
            "Peers",
            "The voters, each with address and, on the leader, how many entries it lacks",
            "[Ljava.lang.String;",
            ClusterFacts::peers),
        gauge("QueueLength", "Requests of this process that wait to be sent", "count"),
        gauge("Retries", "Sendings that were repeated", "count"),
        gauge("UnknownOutcomes", "Requests whose outcome their caller never learned", "count"),
        text("LastSnapshot", "When this member last wrote a snapshot; empty when not yet"),
        gauge("LogBytes", "Size of the member's directory", "bytes"));
  }

  private static MBeanAttribute<ClusterFacts> text(String name, String description) {
    return MBeanAttribute.of(name, description, "java.lang.String", facts -> facts.text(name));
  }

  private static MBeanAttribute<ClusterFacts> gauge(String name, String description, String unit) {
    return MBeanAttribute.gauge(name, description, unit, facts -> facts.number(name));
  }

  private static List<MBeanOperation<ClusterFacts>> operations() {
    return List.of(
        operation(
            "addPeer",
            "Adds a voter that was started with join",
            "peer",
            "name@host:port",
            ClusterFacts::addPeer),
        operation(
            "removePeer", "Removes a voter", "name", "Name of the voter", ClusterFacts::removePeer),
        operation(
            "transferLeadership",
            "Makes another voter the leader",
            "name",
            "Name of the voter",
            ClusterFacts::transferLeadership),
        MBeanOperation.of(
            "snapshotNow",
            "Has this member write a snapshot of what is new since its last, and waits for it",
            MBeanOperationInfo.ACTION,
            "void",
            List.of(),
            (facts, call) -> {
              facts.snapshotNow().run();
              return null;
            }));
  }

  private static MBeanOperation<ClusterFacts> operation(
      String name,
      String description,
      String parameter,
      String meaning,
      Function<ClusterFacts, Consumer<String>> action) {
    return MBeanOperation.of(
        name,
        description,
        MBeanOperationInfo.ACTION,
        "void",
        List.of(MBeanOperation.text(parameter, meaning)),
        (facts, call) -> {
          action.apply(facts).accept(call.text(0));
          return null;
        });
  }
}
