package io.sharedcounter.jmx;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * One of our MBeans in a server, under the name that the server returned, until it is closed or
 * somebody else unregisters it. Thread-safe.
 */
final class Registration implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Registration.class.getName());

  private final MBeanServer server;
  private final ObjectName name;
  private final TableMBean<?> mbean;

  private Registration(MBeanServer server, ObjectName name, TableMBean<?> mbean) {
    this.server = server;
    this.name = name;
    this.mbean = mbean;
  }

  /** Registers the MBean; empty if the name is taken. */
  static Optional<Registration> of(MBeanServer server, ObjectName name, TableMBean<?> mbean) {
    try {
      ObjectName given = server.registerMBean(mbean, name).getObjectName();
      return Optional.of(new Registration(server, given, mbean));
    } catch (InstanceAlreadyExistsException e) {
      return Optional.empty();
    } catch (RuntimeException | Error e) {
      // Those who watch the server are told once the MBean is in it, and may throw.
      if (!server.isRegistered(name)) {
        throw e;
      }
      LOG.log(
          Level.WARNING,
          ObjectNames.label(name) + name + " is registered, but who was told of it failed",
          e);
      return Optional.of(new Registration(server, name, mbean));
    } catch (JMException e) {
      throw new IllegalStateException("cannot register " + name + ": " + e.getMessage(), e);
    }
  }

  /** Returns the attribute {@code InstanceId} of whatever has that name, or {@code unknown}. */
  static String holder(MBeanServer server, ObjectName name) {
    try {
      return String.valueOf(server.getAttribute(name, "InstanceId"));
    } catch (JMException | RuntimeException e) {
      return "unknown";
    }
  }

  ObjectName name() {
    return name;
  }

  /** Unregisters the MBean, if it is still ours that has the name. */
  @Override
  public void close() {
    if (mbean.isRegistered()) {
      try {
        server.unregisterMBean(name);
      } catch (InstanceNotFoundException e) {
        return; // Somebody else was faster.
      } catch (JMException | RuntimeException | Error e) {
        // Thrown by those who watch the server, after the fact; the others must be closed too.
        LOG.log(
            Level.WARNING, ObjectNames.label(name) + name + " was unregistered with a failure", e);
      }
    }
  }
}
