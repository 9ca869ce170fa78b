package io.sharedcounter.jmx;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import javax.management.NotificationFilter;
import javax.management.NotificationListener;
import org.jspecify.annotations.Nullable;

/**
 * Sends notifications from a bounded queue on a daemon thread of its own, so that a listener or
 * filter that hangs or throws costs notifications and nothing else. The thread runs only while
 * there is something to send. Thread-safe.
 */
final class Broadcast extends NotificationBroadcasterSupport implements AutoCloseable {
  static final int QUEUE = 1_000;

  private static final Logger LOG = System.getLogger(Broadcast.class.getName());

  private final String namespace;
  private final ThreadPoolExecutor sender;
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean hasListeners;

  Broadcast(String namespace) {
    this.namespace = namespace;
    sender =
        new ThreadPoolExecutor(
            1, 1, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), this::thread, this::drop);
    sender.allowCoreThreadTimeOut(true);
  }

  /** Takes nothing over from the thread that happens to announce first, such as class loaders. */
  private Thread thread(Runnable work) {
    boolean inherits = false;
    Thread thread = new Thread(null, work, "sharedcounter-notifications-" + namespace, 0, inherits);
    thread.setDaemon(true);
    thread.setContextClassLoader(Broadcast.class.getClassLoader());
    return thread;
  }

  private void drop(Runnable work, ThreadPoolExecutor executor) {
    if (!executor.isShutdown() && dropped.getAndIncrement() == 0) {
      LOG.log(
          Level.WARNING,
          "["
              + namespace
              + "] notifications come faster than their listeners take them;"
              + " some are dropped, which is logged once");
    }
  }

  /** Returns whether anybody ever listened; without, there is no need to make notifications. */
  boolean hasListeners() {
    return hasListeners;
  }

  long dropped() {
    return dropped.get();
  }

  @Override
  public void addNotificationListener(
      NotificationListener listener, @Nullable NotificationFilter filter, @Nullable Object back) {
    super.addNotificationListener(listener, filter, back);
    hasListeners = true;
  }

  void send(Notification notification) {
    sender.execute(() -> sendNow(notification));
  }

  private void sendNow(Notification notification) {
    try {
      sendNotification(notification);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.INFO, "[" + namespace + "] a listener failed on a notification", e);
    }
  }

  @Override
  public void close() {
    sender.shutdown();
    boolean done = false;
    try {
      done = sender.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!done) {
      sender.shutdownNow();
    }
    long lost = dropped.getAndSet(0);
    if (lost > 0) {
      LOG.log(Level.INFO, "[" + namespace + "] " + lost + " notifications were dropped");
    }
  }
}
