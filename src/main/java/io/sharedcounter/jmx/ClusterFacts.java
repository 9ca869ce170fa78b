package io.sharedcounter.jmx;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the MBean of a member of a cluster tells and does. Immutable, apart from what the suppliers
 * answer; they are asked at each read of an attribute, by any thread.
 *
 * @param instance the name of the instance; empty for the only one
 * @param numbers answers the attributes Term, CommitIndex, LastApplied, QueueLength, Retries,
 *     UnknownOutcomes and LogBytes
 * @param texts answers the attributes Role, Leader, State, LastSnapshot (one text each) and Peers
 * @param addPeer adds the voter {@code name@host:port}
 * @param removePeer removes the voter of that name
 * @param transferLeadership makes the voter of that name the leader
 * @param snapshotNow writes a snapshot on this member
 */
public record ClusterFacts(
    String instance,
    Supplier<Map<String, Long>> numbers,
    Supplier<Map<String, List<String>>> texts,
    Consumer<String> addPeer,
    Consumer<String> removePeer,
    Consumer<String> transferLeadership,
    Runnable snapshotNow) {

  long number(String attribute) {
    return numbers.get().getOrDefault(attribute, -1L);
  }

  String text(String attribute) {
    return String.join(", ", texts.get().getOrDefault(attribute, List.of()));
  }

  String[] peers() {
    return texts.get().getOrDefault("Peers", List.of()).toArray(new String[0]);
  }
}
