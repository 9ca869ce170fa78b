package io.sharedcounter.jmx;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Reply;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/**
 * Tells the listeners of a registry MBean what happened in its namespace, and who did it.
 * Thread-safe.
 */
final class Announcer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Announcer.class.getName());
  private static final String PREFIX = "io.sharedcounter.";

  private final String namespace;
  private final ObjectName source;
  private final Broadcast broadcast;
  private final AtomicLong sequence = new AtomicLong();

  Announcer(String namespace) {
    this.namespace = namespace;
    this.source = ObjectNames.registry(namespace);
    this.broadcast = new Broadcast(namespace);
  }

  Broadcast broadcast() {
    return broadcast;
  }

  static MBeanNotificationInfo[] info() {
    return new MBeanNotificationInfo[] {
      info(
          "Change from outside the JVM; user data: counter, before, after, origin",
          "created",
          "removed",
          "set"),
      info("Lock given or ended; user data: counter, origin", "locked", "unlocked"),
      info("Namespace accepts changes again, or refuses them and why", "state")
    };
  }

  private static MBeanNotificationInfo info(String description, String... types) {
    String[] names = new String[types.length];
    for (int i = 0; i < types.length; i++) {
      names[i] = PREFIX + types[i];
    }
    return new MBeanNotificationInfo(names, Notification.class.getName(), description);
  }

  /** Announces what came of a change from outside; an increment of an old counter is not told. */
  void changed(String counter, Change change, Reply reply) {
    boolean done = reply.outcome() == Reply.Outcome.DONE;
    if (!reply.created() && !(done && isTold(change.operation()))) {
      return;
    }
    String by = " by " + change.origin();
    if (done && change.operation() == Operation.BREAK_LOCK) {
      HeldLock lock = reply.lock();
      String held = lock == null ? "" : " of " + lock.holder();
      LOG.log(
          Level.INFO, () -> "[" + namespace + "] " + counter + ": lock" + held + " broken" + by);
    }
    Supplier<CompositeData> values =
        () -> OpenValues.change(counter, reply.before(), reply.after(), change.origin());
    String arrow = reply.before() + " -> " + reply.after() + by;
    if (reply.created()) {
      tell("created", () -> counter + ": created, " + arrow, values);
    }
    if (done && isSet(change.operation())) {
      LOG.log(Level.DEBUG, () -> "[" + namespace + "] " + counter + ": " + arrow);
      tell("set", () -> counter + ": " + arrow, values);
    }
    if (done && change.operation() == Operation.REMOVE) {
      LOG.log(Level.DEBUG, () -> "[" + namespace + "] " + counter + ": removed" + by);
      tell("removed", () -> counter + ": removed at " + reply.before() + by, values);
    }
  }

  private static boolean isTold(Operation operation) {
    return isSet(operation) || operation == Operation.REMOVE || operation == Operation.BREAK_LOCK;
  }

  private static boolean isSet(Operation operation) {
    return operation == Operation.SET
        || operation == Operation.GET_SET
        || operation == Operation.COMPARE_AND_SET;
  }

  void locked(String counter, HeldLock lock) {
    tell(
        "locked",
        () -> counter + ": locked by " + lock.holder() + " until " + lock.until(),
        () -> OpenValues.change(counter, null, null, lock.holder()));
  }

  void unlocked(String counter, HeldLock lock) {
    String end = lock.brokenBy().map(by -> "broken by " + by).orElse("ended");
    tell(
        "unlocked",
        () -> counter + ": lock of " + lock.holder() + " " + end,
        () -> OpenValues.change(counter, null, null, lock.brokenBy().orElse(lock.holder())));
  }

  /** Announces that the state is now {@code state}: {@code OK}, or why changes are refused. */
  void state(String state) {
    tell(
        "state",
        () -> "namespace " + namespace + ": " + state,
        () -> OpenValues.change(null, null, null, null));
  }

  private void tell(String type, Supplier<String> message, Supplier<CompositeData> userData) {
    if (broadcast.hasListeners()) {
      Notification notification =
          new Notification(
              PREFIX + type,
              source,
              sequence.incrementAndGet(),
              System.currentTimeMillis(),
              message.get());
      notification.setUserData(userData.get());
      broadcast.send(notification);
    }
  }

  /** Sends what is waiting, for at most a second, and ends the thread. */
  @Override
  public void close() {
    broadcast.close();
  }
}
