package io.sharedcounter.jmx;

import java.util.List;
import javax.management.openmbean.CompositeData;

/** The attributes of the registry MBean. Immutable. */
final class RegistryAttributes {
  static final List<MBeanAttribute<NamespaceFace>> ALL =
      List.of(
          MBeanAttribute.of(
              "Namespace",
              "Name of the namespace",
              "java.lang.String",
              face -> face.registry().namespace()),
          MBeanAttribute.gauge(
              "CounterCount",
              "How many counters there are",
              "counters",
              face -> (long) face.registry().count()),
          MBeanAttribute.of(
              "AllCounters",
              "Name to value of the first 1,000 by name, up to 1 s old; null when there are none",
              CompositeData.class.getName(),
              face -> face.first().all()),
          MBeanAttribute.of(
              "AllCountersTruncated",
              "Whether there are more counters than AllCounters shows; findCounters pages through",
              "boolean",
              face -> face.first().isTruncated()),
          MBeanAttribute.of(
              "LockedCounters",
              "The counters that are locked, each with the holder and the end of the lease",
              "[Ljava.lang.String;",
              RegistryAttributes::lockedCounters),
          MBeanAttribute.of(
              "Features",
              "What is on in this namespace: archive, snapshot, serialize, replicate",
              "[Ljava.lang.String;",
              face -> face.facts().features().toArray(new String[0])),
          MBeanAttribute.of(
              "Durability",
              "What an acknowledged change survives",
              "java.lang.String",
              face -> face.facts().durability()),
          MBeanAttribute.of(
              "State",
              "OK, or the reason why changes are refused",
              "java.lang.String",
              face -> face.facts().state().get()),
          MBeanAttribute.of(
              "InstanceId",
              "Tells this instance from every other one",
              "java.lang.String",
              face -> face.facts().instanceId()));

  private RegistryAttributes() {}

  private static String[] lockedCounters(NamespaceFace face) {
    return face.registry().locks().entrySet().stream()
        .map(e -> e.getKey() + ": " + e.getValue().holder() + " until " + e.getValue().until())
        .toArray(String[]::new);
  }
}
