package io.sharedcounter.jmx;

import io.sharedcounter.core.Counter;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Imported;
import io.sharedcounter.core.RegistryListener;
import java.util.List;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The MBeans of one namespace while it is open: {@code type=CounterRegistry}, and {@code
 * type=Counter} for each of its first counters. Thread-safe.
 */
public final class NamespaceMBeans implements AutoCloseable {
  /**
   * How many counters one operation returns at most: so many are copied, turned into JSON or
   * serialized, and sent within some 50 MB of heap.
   */
  public static final int MOST_AT_ONCE = 100_000;

  private final CounterRegistry registry;
  private final Registration registration;
  private final CounterMBeans counters;
  private final Announcer announcer;

  private NamespaceMBeans(
      CounterRegistry registry,
      Registration registration,
      CounterMBeans counters,
      Announcer announcer) {
    this.registry = registry;
    this.registration = registration;
    this.counters = counters;
    this.announcer = announcer;
  }

  /**
   * Registers the MBeans of a namespace and becomes the listener of its registry.
   *
   * @throws IllegalStateException if the name is taken, naming the other's InstanceId; nothing is
   *     left registered
   */
  public static NamespaceMBeans publish(
      MBeanServer server, CounterRegistry registry, NamespaceFacts facts) {
    return publish(server, registry, facts, List.of(), List.of());
  }

  /**
   * Registers the MBeans of a namespace with what its features add to the registry MBean; the rest
   * is as above.
   *
   * @throws IllegalArgumentException if an attribute or operation is there twice
   */
  public static NamespaceMBeans publish(
      MBeanServer server,
      CounterRegistry registry,
      NamespaceFacts facts,
      List<MBeanAttribute<Object>> attributes,
      List<MBeanOperation<Object>> operations) {
    Announcer announcer = new Announcer(registry.namespace());
    FirstCounters first = new FirstCounters(registry, System::nanoTime);
    NamespaceFace face = new NamespaceFace(registry, facts, first, announcer);
    RegistryMBean mbean = RegistryMBean.of(face, attributes, operations);
    ObjectName name = ObjectNames.registry(registry.namespace());
    Registration registration =
        Registration.of(server, name, mbean)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "namespace '"
                            + registry.namespace()
                            + "': "
                            + name
                            + " is registered by instance '"
                            + Registration.holder(server, name)
                            + "'; close that one or choose another namespace"));
    CounterMBeans counters = new CounterMBeans(server, face);
    NamespaceMBeans published = new NamespaceMBeans(registry, registration, counters, announcer);
    registry.listener(published.new Witness());
    try {
      counters.publishPresent();
    } catch (RuntimeException | Error e) {
      published.close();
      throw e;
    }
    return published;
  }

  /** Returns the name of the registry MBean, as the server returned it. */
  public ObjectName name() {
    return registration.name();
  }

  /**
   * Unregisters all MBeans of the namespace that are still its own, sends what notifications wait,
   * for a second at most, and ends their thread. Does nothing the second time.
   */
  @Override
  public void close() {
    registry.listener(RegistryListener.NONE);
    registration.close();
    counters.close();
    announcer.close();
  }

  /** Passes on what happens in the namespace. Thread-safe. */
  private final class Witness implements RegistryListener {
    @Override
    public void existenceChanged(Counter counter) {
      counters.reconcile(counter.name());
    }

    @Override
    public void locked(Counter counter, HeldLock lock) {
      announcer.locked(counter.name(), lock);
    }

    @Override
    public void unlocked(Counter counter, HeldLock lock) {
      announcer.unlocked(counter.name(), lock);
    }

    @Override
    public void imported(Counter counter, Imported change) {
      announcer.changed(counter.name(), change.change(), change.reply());
    }

    @Override
    public void stateChanged(String state) {
      announcer.state(state);
    }
  }
}
