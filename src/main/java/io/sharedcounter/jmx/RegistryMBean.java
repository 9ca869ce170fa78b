package io.sharedcounter.jmx;

import java.util.List;
import java.util.OptionalLong;
import javax.management.AttributeNotFoundException;
import javax.management.ListenerNotFoundException;
import javax.management.MBeanNotificationInfo;
import javax.management.NotificationEmitter;
import javax.management.NotificationFilter;
import javax.management.NotificationListener;
import org.jspecify.annotations.Nullable;

/** The MBean of one namespace: all its operations, for any counter by name. Thread-safe. */
final class RegistryMBean extends TableMBean<NamespaceFace> implements NotificationEmitter {
  private final Broadcast broadcast;

  private RegistryMBean(MBeanTable<NamespaceFace> table, NamespaceFace face) {
    super(table, face);
    broadcast = face.announcer().broadcast();
  }

  static RegistryMBean of(
      NamespaceFace face,
      List<MBeanAttribute<Object>> moreAttributes,
      List<MBeanOperation<Object>> moreOperations) {
    MBeanTable<NamespaceFace> table =
        new MBeanTable<>(
            RegistryMBean.class.getName(),
            "Shared counters of one namespace",
            MBeanTable.concat(RegistryAttributes.ALL, moreAttributes),
            MBeanTable.concat(RegistryOperations.ALL, moreOperations),
            Announcer.info());
    return new RegistryMBean(table, face);
  }

  /** Reads the counter of that name, so that a role that may not invoke can read one counter. */
  @Override
  Object unlisted(String name) throws AttributeNotFoundException {
    OptionalLong value;
    try {
      value = target().registry().glance(name);
    } catch (IllegalArgumentException e) {
      throw new AttributeNotFoundException(e.getMessage());
    }
    if (value.isEmpty()) {
      throw new AttributeNotFoundException("Not found: " + name);
    }
    return value.getAsLong();
  }

  @Override
  public MBeanNotificationInfo[] getNotificationInfo() {
    return getMBeanInfo().getNotifications();
  }

  @Override
  public void addNotificationListener(
      NotificationListener listener, @Nullable NotificationFilter filter, @Nullable Object back) {
    broadcast.addNotificationListener(listener, filter, back);
  }

  @Override
  public void removeNotificationListener(NotificationListener listener)
      throws ListenerNotFoundException {
    broadcast.removeNotificationListener(listener);
  }

  @Override
  public void removeNotificationListener(
      NotificationListener listener, @Nullable NotificationFilter filter, @Nullable Object back)
      throws ListenerNotFoundException {
    broadcast.removeNotificationListener(listener, filter, back);
  }
}
