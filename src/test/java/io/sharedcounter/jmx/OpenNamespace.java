package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;

/** A namespace published in an MBeanServer of its own, and shortcuts to call it. Thread-safe. */
final class OpenNamespace implements AutoCloseable {
  static final int COUNTER_MBEANS = 10;

  final MBeanServer server = MBeanServerFactory.newMBeanServer();
  final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
  final AtomicReference<String> state = new AtomicReference<>("OK");
  final CounterRegistry registry;
  final NamespaceMBeans mBeans;

  OpenNamespace() {
    this(100);
  }

  OpenNamespace(int maxCounters) {
    registry =
        new CounterRegistry(new CounterSettings("orders", maxCounters, Duration.ZERO, now::get));
    mBeans = NamespaceMBeans.publish(server, registry, facts(COUNTER_MBEANS));
  }

  NamespaceFacts facts(int counterMBeans) {
    return new NamespaceFacts(List.of("serialize"), "none", state::get, "one", counterMBeans);
  }

  Object call(String operation, Object... arguments) {
    return call(mBeans.name(), operation, arguments);
  }

  Object call(ObjectName name, String operation, Object... arguments) {
    try {
      return server.invoke(name, operation, arguments, null);
    } catch (RuntimeMBeanException e) {
      throw e.getTargetException();
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  Object read(String attribute) throws JMException {
    return server.getAttribute(mBeans.name(), attribute);
  }

  /** Checks that a call is refused, with a bare exception of the JDK, and changes nothing. */
  void refuses(Class<?> type, String text, String operation, Object... arguments) {
    Object before = List.of(registry.getAllCounters(), registry.locks().keySet());
    RuntimeException e =
        assertThrows(RuntimeException.class, () -> call(operation, arguments), operation);
    assertEquals(type, e.getClass(), () -> operation + ": " + e);
    assertEquals(text, e.getMessage());
    assertEquals(null, e.getCause());
    assertEquals(0, e.getSuppressed().length);
    assertEquals(before, List.of(registry.getAllCounters(), registry.locks().keySet()));
  }

  String lock(String name) {
    return assertInstanceOf(String.class, call("lockCounter", name, 0L));
  }

  static ObjectName counter(String keyValue) throws JMException {
    return new ObjectName("io.sharedcounter:type=Counter,namespace=orders,name=" + keyValue);
  }

  BlockingQueue<Notification> listen() throws JMException {
    BlockingQueue<Notification> heard = new LinkedBlockingQueue<>();
    server.addNotificationListener(
        mBeans.name(), (notification, back) -> heard.add(notification), null, null);
    return heard;
  }

  static Notification next(BlockingQueue<Notification> heard) throws InterruptedException {
    Notification notification = heard.poll(10, TimeUnit.SECONDS);
    if (notification == null) {
      throw new AssertionError("no notification within 10 s");
    }
    return notification;
  }

  @Override
  public void close() {
    mBeans.close();
    registry.close();
  }
}
