package io.sharedcounter.jmx;

import static javax.management.MBeanOperationInfo.ACTION_INFO;

import io.sharedcounter.core.CounterDoesntExistException;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.Operation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.management.MBeanServer;

/**
 * The MBeans of the first counters of one namespace, one each. Whatever goes wrong with an MBean is
 * logged and never reaches those who count. Thread-safe.
 */
final class CounterMBeans implements AutoCloseable {
  private static final Logger LOG = System.getLogger(CounterMBeans.class.getName());
  private static final MBeanTable<OneCounter> TABLE = table();

  private final MBeanServer server;
  private final NamespaceFace face;
  private final ConcurrentMap<String, Registration> registrations = new ConcurrentHashMap<>();
  private boolean closed;

  CounterMBeans(MBeanServer server, NamespaceFace face) {
    this.server = server;
    this.face = face;
  }

  /**
   * Publishes the first counters that are there, by name. Does not sort the names of all for it,
   * which for a million would take longer than the rest of a restart.
   */
  void publishPresent() {
    if (isFull()) {
      return;
    }
    PriorityQueue<String> first = new PriorityQueue<>(Comparator.reverseOrder());
    int most = face.facts().counterMBeans();
    face.registry()
        .forEach(
            (name, value) -> {
              if (first.size() < most) {
                first.add(name);
              } else if (name.compareTo(first.element()) < 0) {
                first.remove();
                first.add(name);
              }
            });
    first.stream().sorted().forEach(this::reconcile);
  }

  /**
   * Makes the MBean of that name be there exactly if the counter is. It does not matter in which
   * order calls come in: each looks at what holds now, and the last to look leaves what is right.
   */
  void reconcile(String name) {
    if (isFull() && !registrations.containsKey(name)) {
      return;
    }
    try {
      reconcileInTurn(name);
    } catch (NotAppliedException e) {
      LOG.log(Level.DEBUG, "[{0}] closed while an MBean changed", face.registry().namespace());
    } catch (RuntimeException | Error e) {
      String namespace = face.registry().namespace();
      LOG.log(Level.WARNING, "[" + namespace + "] no MBean for counter " + name, e);
    }
  }

  private synchronized void reconcileInTurn(String name) {
    Registration present = registrations.get(name);
    boolean exists = !closed && face.registry().glance(name).isPresent();
    if (!exists && present != null) {
      registrations.remove(name);
      present.close();
    } else if (exists && present == null && !isFull()) {
      register(name);
    }
  }

  private void register(String name) {
    String namespace = face.registry().namespace();
    TableMBean<OneCounter> mbean = new TableMBean<>(TABLE, new OneCounter(face, name));
    Registration.of(server, ObjectNames.counter(namespace, name), mbean)
        .ifPresentOrElse(
            registration -> registrations.put(name, registration),
            () ->
                LOG.log(
                    Level.WARNING,
                    "["
                        + namespace
                        + "] somebody else's MBean has the name of counter "
                        + name
                        + "; it goes without an MBean"));
  }

  private boolean isFull() {
    return registrations.size() >= face.facts().counterMBeans();
  }

  @Override
  public synchronized void close() {
    closed = true;
    registrations.values().forEach(Registration::close);
    registrations.clear();
  }

  /** One counter as its MBean sees it. Thread-safe. */
  private record OneCounter(NamespaceFace face, String name) {
    long value() {
      return face.registry()
          .glance(name)
          .orElseThrow(() -> new CounterDoesntExistException("Not found: " + name));
    }

    boolean isLocked() {
      return face.registry().locks().containsKey(name);
    }
  }

  private static MBeanTable<OneCounter> table() {
    List<MBeanAttribute<OneCounter>> attributes =
        List.of(
            MBeanAttribute.gauge("Value", "Value of the counter", "count", OneCounter::value),
            MBeanAttribute.of(
                "Locked", "Whether somebody has locked it", "boolean", OneCounter::isLocked));
    List<MBeanOperation<OneCounter>> operations =
        List.of(
            MBeanOperation.of(
                "set",
                "Sets the value and returns this NEW value",
                ACTION_INFO,
                "long",
                List.of(MBeanOperation.number("value", "NEW value", "count")),
                (one, call) ->
                    one.face.change(one.name, Operation.SET, call.number(0), call).after()),
            MBeanOperation.of(
                "increment",
                "Adds 1 and returns the NEW value",
                ACTION_INFO,
                "long",
                List.of(),
                (one, call) -> one.face.change(one.name, Operation.INCREMENT, 1, call).after()),
            MBeanOperation.of(
                "incrementBy",
                "Adds the value and returns the NEW value",
                ACTION_INFO,
                "long",
                List.of(
                    MBeanOperation.number("value", "What to add; may be negative or 0", "count")),
                (one, call) ->
                    one.face.change(one.name, Operation.INCREMENT, call.number(0), call).after()));
    return new MBeanTable<>(
        "io.sharedcounter.jmx.CounterMBean", "One shared counter", attributes, operations);
  }
}
