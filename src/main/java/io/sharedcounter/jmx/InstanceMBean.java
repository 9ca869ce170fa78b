package io.sharedcounter.jmx;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** The MBean of one instance while it is open: {@code type=SharedCounters}. Thread-safe. */
public final class InstanceMBean implements AutoCloseable {
  private static final MBeanTable<InstanceFacts> TABLE =
      new MBeanTable<>(
          InstanceMBean.class.getName(),
          "One instance of shared counters",
          attributes(),
          List.of());

  private final Registration registration;

  private InstanceMBean(Registration registration) {
    this.registration = registration;
  }

  /**
   * Registers the MBean of an instance.
   *
   * @throws IllegalStateException if the name is taken, naming the other's InstanceId
   */
  public static InstanceMBean publish(MBeanServer server, InstanceFacts facts) {
    ObjectName name = ObjectNames.instance(facts.instance());
    return new InstanceMBean(
        Registration.of(server, name, new TableMBean<>(TABLE, facts))
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        name
                            + " is registered by instance '"
                            + Registration.holder(server, name)
                            + "'; close that one or give this one another instance name")));
  }

  /** Returns the name of the MBean, as the server returned it. */
  public ObjectName name() {
    return registration.name();
  }

  /** Unregisters the MBean if it is still ours. Does nothing the second time. */
  @Override
  public void close() {
    registration.close();
  }

  private static List<MBeanAttribute<InstanceFacts>> attributes() {
    return List.of(
        text("Version", "Version of the library", InstanceFacts::version),
        MBeanAttribute.gauge(
            "Uptime", "How long it has been open", "ms", facts -> facts.uptime().get().toMillis()),
        MBeanAttribute.of(
            "Namespaces",
            "The namespaces, each with its features",
            "[Ljava.lang.String;",
            facts -> namespaces(facts.namespaces().get())),
        text("JolokiaUrl", "Where Jolokia listens; empty when off", f -> f.jolokiaUrl().get()),
        text(
            "DataDirectory",
            "Where namespaces keep files; empty when none does",
            InstanceFacts::dataDirectory),
        text("Health", "OK, or what is wrong", facts -> facts.health().get()),
        text("InstanceId", "Tells it from every other one", InstanceFacts::instanceId));
  }

  private static MBeanAttribute<InstanceFacts> text(
      String name, String description, MBeanAttribute.Reader<InstanceFacts> reader) {
    return MBeanAttribute.of(name, description, "java.lang.String", reader);
  }

  private static String[] namespaces(Map<String, List<String>> features) {
    return new TreeMap<>(features)
        .entrySet().stream()
            .map(
                e ->
                    e.getKey()
                        + ": "
                        + (e.getValue().isEmpty() ? "in memory" : String.join(", ", e.getValue())))
            .toArray(String[]::new);
  }
}
