package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterLock;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.testing.Warnings;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.Notification;
import javax.management.NotificationFilter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class NotificationsTest {
  private final OpenNamespace orders = new OpenNamespace();

  @AfterEach
  void close() {
    orders.close();
  }

  private static void assertTold(
      BlockingQueue<Notification> heard, String type, String message, String userData)
      throws Exception {
    Notification notification = OpenNamespace.next(heard);
    assertEquals(message, notification.getMessage());
    assertEquals("io.sharedcounter." + type, notification.getType());
    assertEquals(
        userData, RegistryMBeanTest.items((CompositeData) notification.getUserData()).toString());
    assertEquals(
        "io.sharedcounter:type=CounterRegistry,namespace=orders",
        notification.getSource().toString());
  }

  @Test
  void tellsWhatCallersFromOutsideSetCreateAndRemove() throws Exception {
    BlockingQueue<Notification> heard = orders.listen();
    orders.call("set", "orders.created", 12L);
    String made = "{after=12, before=0, counter=orders.created, origin=jmx:local}";
    assertTold(heard, "created", "orders.created: created, 0 -> 12 by jmx:local", made);
    assertTold(heard, "set", "orders.created: 0 -> 12 by jmx:local", made);
    orders.call(OpenNamespace.counter("orders.created"), "set", 77L);
    assertTold(
        heard,
        "set",
        "orders.created: 12 -> 77 by jmx:local",
        "{after=77, before=12, counter=orders.created, origin=jmx:local}");
    orders.call("getSet", "orders.created", 1L);
    assertTold(
        heard,
        "set",
        "orders.created: 77 -> 1 by jmx:local",
        "{after=1, before=77, counter=orders.created, origin=jmx:local}");
    orders.call("compareAndSet", "orders.created", 1L, 2L);
    assertTold(
        heard,
        "set",
        "orders.created: 1 -> 2 by jmx:local",
        "{after=2, before=1, counter=orders.created, origin=jmx:local}");
    orders.call("remove", "orders.created");
    assertTold(
        heard,
        "removed",
        "orders.created: removed at 2 by jmx:local",
        "{after=0, before=2, counter=orders.created, origin=jmx:local}");
  }

  @Test
  void saysNothingOfIncrementsRefusalsReadsAndTheApplication() throws Exception {
    orders.registry.set("seats", Long.MAX_VALUE - 1);
    BlockingQueue<Notification> heard = orders.listen();
    orders.call("increment", "seats");
    orders.refuses(
        ArithmeticException.class,
        "Overflow: seats is 9223372036854775807, adding 1 leaves the 64-bit range; nothing changed",
        "increment",
        "seats");
    orders.call("get", "seats");
    orders.call("compareAndSet", "seats", 1L, 2L);
    orders.registry.set("app", 1);
    orders.registry.remove("app");
    orders.call("increment", "marker");
    assertTold(
        heard,
        "created",
        "marker: created, 0 -> 1 by jmx:local",
        "{after=1, before=0, counter=marker, origin=jmx:local}");
  }

  @Test
  void tellsEveryLockAlsoThoseOfTheApplication() throws Exception {
    orders.registry.set("seats", 1);
    BlockingQueue<Notification> heard = orders.listen();
    String holder = "app (thread " + Thread.currentThread().getName() + ")";
    String data = "{after=null, before=null, counter=seats, origin=" + holder + "}";
    try (CounterLock lock = orders.registry.lockCounter("seats")) {
      assertTold(
          heard, "locked", "seats: locked by " + holder + " until 2030-01-01T00:00:30Z", data);
      lock.set(5);
    }
    assertTold(heard, "unlocked", "seats: lock of " + holder + " ended", data);
  }

  @Test
  void tellsWhoBrokeALock() throws Exception {
    orders.registry.set("seats", 1);
    BlockingQueue<Notification> heard = orders.listen();
    CounterLock lock = orders.registry.lockCounter("seats");
    String holder = "app (thread " + Thread.currentThread().getName() + ")";
    OpenNamespace.next(heard);
    orders.call("breakLock", "seats");
    assertTold(
        heard,
        "unlocked",
        "seats: lock of " + holder + " broken by jmx:local",
        "{after=null, before=null, counter=seats, origin=jmx:local}");
    lock.close();
    orders.call("increment", "marker");
    assertEquals("io.sharedcounter.created", OpenNamespace.next(heard).getType());
  }

  @Test
  void tellsWhenTheNamespaceRefusesChanges() throws Exception {
    AtomicReference<Ledger.Witness> witness = new AtomicReference<>();
    Ledger ledger =
        (Ledger)
            Proxy.newProxyInstance(
                Ledger.class.getClassLoader(),
                new Class<?>[] {Ledger.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("start")) {
                    witness.set((Ledger.Witness) arguments[0]);
                  }
                  return null;
                });
    MBeanServer server = MBeanServerFactory.newMBeanServer();
    CounterRegistry registry = new CounterRegistry(CounterSettings.of("orders"), ledger);
    BlockingQueue<Notification> heard = new LinkedBlockingQueue<>();
    try (NamespaceMBeans mBeans = NamespaceMBeans.publish(server, registry, orders.facts(0))) {
      server.addNotificationListener(mBeans.name(), (told, back) -> heard.add(told), null, null);
      witness.get().stateChanged("disk full");
      assertTold(
          heard,
          "state",
          "namespace orders: disk full",
          "{after=null, before=null, counter=null, origin=null}");
    }
  }

  @Test
  void comeFromAThreadOfTheirOwnInOrder() throws Exception {
    BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    orders.server.addNotificationListener(
        orders.mBeans.name(), (told, back) -> threads.add(Thread.currentThread()), null, null);
    BlockingQueue<Notification> heard = orders.listen();
    for (long i = 1; i <= 20; i++) {
      orders.call("set", "seats", i);
    }
    long last = OpenNamespace.next(heard).getSequenceNumber();
    for (int i = 1; i <= 20; i++) {
      long next = OpenNamespace.next(heard).getSequenceNumber();
      assertEquals(last + 1, next);
      last = next;
    }
    Thread thread = threads.poll(10, TimeUnit.SECONDS);
    assertNotEquals(Thread.currentThread(), thread);
    assertEquals("sharedcounter-notifications-orders", thread.getName());
    assertTrue(thread.isDaemon());
    orders.close();
    thread.join(10_000);
    assertFalse(thread.isAlive());
  }

  @Test
  void listenersAndFiltersThatThrowCostOnlyThemselves() throws Exception {
    NotificationListener throwing =
        (told, back) -> {
          throw new AssertionError("listener");
        };
    NotificationFilter filter =
        told -> {
          throw new IllegalStateException("filter");
        };
    BlockingQueue<Notification> heard = orders.listen();
    orders.server.addNotificationListener(orders.mBeans.name(), throwing, null, null);
    orders.server.addNotificationListener(orders.mBeans.name(), throwing, filter, null);
    assertEquals(1L, orders.call("set", "seats", 1L));
    assertEquals(2L, orders.call("set", "seats", 2L));
    for (int i = 0; i < 3; i++) {
      OpenNamespace.next(heard);
    }
  }

  @Test
  @Timeout(60)
  void aListenerOrFilterThatHangsHoldsUpNobodyAndIsLoggedOnce(Warnings warnings) throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    NotificationFilter filter =
        told -> {
          hangs.countDown();
          try {
            assertFalse(end.await(30, TimeUnit.SECONDS));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return false;
        };
    orders.server.addNotificationListener(orders.mBeans.name(), (told, back) -> {}, filter, null);
    orders.call("set", "seats", 0L);
    assertTrue(hangs.await(10, TimeUnit.SECONDS));
    for (long i = 1; i <= Broadcast.QUEUE + 50; i++) {
      assertEquals(i, orders.call("set", "seats", i));
    }
    warnings.expect("notifications come faster than their listeners take them");
    orders.registry.lockCounter("seats").close();
    orders.close();
    assertEquals(List.of(), notificationThreads());
  }

  private static List<Thread> notificationThreads() throws InterruptedException {
    List<Thread> threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("sharedcounter-notifications-orders"))
            .toList();
    for (Thread thread : threads) {
      thread.join(10_000);
    }
    return threads.stream().filter(Thread::isAlive).toList();
  }

  @Test
  void whoStopsListeningHearsNoMore() throws Exception {
    BlockingQueue<Notification> heard = new LinkedBlockingQueue<>();
    NotificationListener listener = (told, back) -> heard.add(told);
    orders.server.addNotificationListener(orders.mBeans.name(), listener, null, "one");
    orders.server.addNotificationListener(orders.mBeans.name(), listener, null, "two");
    BlockingQueue<Notification> other = orders.listen();
    orders.server.removeNotificationListener(orders.mBeans.name(), listener, null, "one");
    orders.call("increment", "seats");
    OpenNamespace.next(heard);
    OpenNamespace.next(other);
    orders.server.removeNotificationListener(orders.mBeans.name(), listener);
    orders.call("remove", "seats");
    OpenNamespace.next(other);
    assertEquals(List.of(), List.copyOf(heard));
  }

  @Test
  void withoutListenersThereIsNoThread() throws Exception {
    orders.call("set", "seats", 1L);
    orders.registry.lockCounter("seats").close();
    assertEquals(List.of(), notificationThreads());
  }
}
