package io.sharedcounter.server;

import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** Tells whoever started the server where its counters answer. Immutable. */
record Greeting(SharedCounters counters, SharedCountersConfig config) {
  void print(PrintWriter out) {
    out.println("sharedcounter " + SharedCounters.version() + ", " + counters.instanceId());
    mBeanNames().forEach(name -> out.println("MBean    " + name));
    counters.jolokiaUrl().ifPresent(url -> out.println("Jolokia  " + url));
    counters.jolokiaUrl().ifPresent(url -> out.println("Try      " + curl(url)));
    out.println("Stop     Ctrl-C, or kill " + ProcessHandle.current().pid());
    out.flush();
  }

  private static Iterable<String> mBeanNames() {
    try {
      ObjectName ours = new ObjectName("io.sharedcounter:*");
      return ManagementFactory.getPlatformMBeanServer().queryNames(ours, null).stream()
          .filter(name -> !"Counter".equals(name.getKeyProperty("type")))
          .map(ObjectName::toString)
          .sorted()
          .toList();
    } catch (MalformedObjectNameException e) {
      throw new AssertionError(e);
    }
  }

  private String curl(URI url) {
    String namespace = config.namespaces().keySet().iterator().next();
    String user = config.httpUsers().isPresent() ? "-u USER:PASSWORD " : "";
    return "curl -s "
        + user
        + "'"
        + url
        + "/exec/io.sharedcounter:type=CounterRegistry,namespace="
        + namespace
        + "/increment/hits'";
  }
}
