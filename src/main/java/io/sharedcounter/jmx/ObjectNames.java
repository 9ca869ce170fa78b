package io.sharedcounter.jmx;

import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** The names of all MBeans, built in one place. Stateless, thread-safe. */
final class ObjectNames {
  private static final String DOMAIN = "io.sharedcounter:";
  private static final String QUOTED_FOR = ",=:\"*?\\\n";

  private ObjectNames() {}

  static ObjectName registry(String namespace) {
    return parse("type=CounterRegistry,namespace=" + value(namespace));
  }

  static ObjectName counter(String namespace, String counter) {
    return parse("type=Counter,namespace=" + value(namespace) + ",name=" + value(counter));
  }

  /** Returns the name of the MBean of a cluster's member; {@code instance} as below. */
  static ObjectName cluster(String instance) {
    String suffix = instance.isEmpty() ? "" : ",instance=" + value(instance);
    return parse("type=Cluster" + suffix);
  }

  /** Returns the name of the MBean of an instance; {@code instance} is empty for the only one. */
  static ObjectName instance(String instance) {
    String suffix = instance.isEmpty() ? "" : ",instance=" + value(instance);
    return parse("type=SharedCounters" + suffix);
  }

  /**
   * Returns the value quoted if it must be, and only then: to a server, {@code x} and {@code "x"}
   * are two names.
   */
  static String value(String text) {
    boolean isQuoted = text.isEmpty() || text.chars().anyMatch(c -> QUOTED_FOR.indexOf(c) >= 0);
    return isQuoted ? ObjectName.quote(text) : text;
  }

  /** Returns how lines of the log about that MBean begin. */
  static String label(@Nullable ObjectName name) {
    String namespace = name == null ? null : name.getKeyProperty("namespace");
    return "[" + (namespace == null ? "instance" : namespace) + "] ";
  }

  private static ObjectName parse(String keys) {
    try {
      return new ObjectName(DOMAIN + keys);
    } catch (MalformedObjectNameException e) {
      throw new IllegalArgumentException("no object name: " + DOMAIN + keys, e);
    }
  }
}
