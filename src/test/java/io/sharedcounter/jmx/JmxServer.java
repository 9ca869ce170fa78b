package io.sharedcounter.jmx;

import io.sharedcounter.core.CounterLockedException;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import javax.management.MBeanServer;

/**
 * The main class of a JVM with two namespaces in its platform MBeanServer: {@code orders}, as every
 * namespace is, and {@code broken}, where each change fails as its counter is called. Runs until
 * its standard input ends. Confined to the main thread.
 */
final class JmxServer {
  static final int MAX_COUNTERS = 8;

  private JmxServer() {}

  /** An exception that no client has the class of. Immutable. */
  static final class Foreign extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Foreign(String message) {
      super(message);
    }
  }

  public static void main(String[] arguments) throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    CounterRegistry orders =
        new CounterRegistry(
            new CounterSettings("orders", MAX_COUNTERS, Duration.ZERO, InstantSource.system()));
    orders.set("top", Long.MAX_VALUE);
    orders.lockCounter("held", Duration.ofMinutes(10));
    CounterRegistry broken = new CounterRegistry(CounterSettings.of("broken"), failing());
    NamespaceFacts facts = new NamespaceFacts(List.of(), "none", () -> "OK", "remote", 100);
    try (NamespaceMBeans one = NamespaceMBeans.publish(server, orders, facts);
        NamespaceMBeans two = NamespaceMBeans.publish(server, broken, facts);
        InstanceMBean instance = InstanceMBean.publish(server, InstanceMBeanTest.facts(""))) {
      System.out.println("ready " + List.of(one.name(), two.name(), instance.name()).size());
      System.in.transferTo(System.out);
    }
  }

  private static Ledger failing() {
    Map<String, RuntimeException> failures =
        Map.of(
            "refused", new NotAppliedException("Not applied: disk full"),
            "unknown", new OutcomeUnknownException("Outcome unknown: disk gone"),
            "locked", new CounterLockedException("Locked: locked is held by cluster"),
            "forbidden", new SecurityException("Forbidden: not yours"),
            "defect", new Foreign("secret"));
    for (RuntimeException failure : failures.values()) {
      failure.initCause(new Foreign("cause"));
      failure.addSuppressed(new Foreign("suppressed"));
    }
    return (Ledger)
        Proxy.newProxyInstance(
            Ledger.class.getClassLoader(),
            new Class<?>[] {Ledger.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "change" -> throw failures.get((String) arguments[0]);
                  case "peek" -> OptionalLong.empty();
                  case "count" -> 0;
                  case "locks" -> Collections.emptySortedMap();
                  default ->
                      method.isDefault()
                          ? InvocationHandler.invokeDefault(proxy, method, arguments)
                          : null;
                });
  }
}
