package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterDoesntExistException;
import io.sharedcounter.core.CounterLock;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.RegistryListener;
import io.sharedcounter.testing.Warnings;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanServer;
import javax.management.MBeanServerDelegate;
import javax.management.MBeanServerFactory;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.timer.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CounterMBeansTest {
  private final OpenNamespace orders = new OpenNamespace();

  @AfterEach
  void close() {
    orders.close();
  }

  private static Set<String> charted(MBeanServer server) throws Exception {
    return server.queryNames(new ObjectName("io.sharedcounter:type=Counter,*"), null).stream()
        .map(name -> name.getKeyProperty("name"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void aCounterIsChartedBeforeItsCreatorGoesOnAndUntilItIsRemoved() throws Exception {
    orders.registry.increment("seats");
    assertEquals(1L, orders.server.getAttribute(OpenNamespace.counter("seats"), "Value"));
    assertEquals(false, orders.server.getAttribute(OpenNamespace.counter("seats"), "Locked"));
    orders.registry.remove("seats");
    assertEquals(Set.of(), charted(orders.server));
    orders.registry.counter("seats").getSet(7);
    assertEquals(7L, orders.server.getAttribute(OpenNamespace.counter("seats"), "Value"));
  }

  @Test
  void setsAndIncrementsAndTellsThatItIsLocked() throws Exception {
    orders.registry.get("seats");
    ObjectName seats = OpenNamespace.counter("seats");
    assertEquals(5L, orders.call(seats, "set", 5L));
    assertEquals(6L, orders.call(seats, "increment"));
    assertEquals(-4L, orders.call(seats, "incrementBy", -10L));
    try (CounterLock lock = orders.registry.lockCounter("seats")) {
      assertEquals(-4, lock.get());
      assertEquals(true, orders.server.getAttribute(seats, "Locked"));
      assertThrows(IllegalStateException.class, () -> orders.call(seats, "increment"));
    }
    assertEquals(-4, orders.registry.get("seats"));
  }

  @Test
  void theValueOfACounterThatIsGoneIsNotFoundRatherThanCreated() throws Exception {
    orders.registry.get("seats");
    ObjectName seats = OpenNamespace.counter("seats");
    orders.registry.listener(RegistryListener.NONE);
    orders.registry.remove("seats");
    Exception e =
        assertThrows(RuntimeMBeanException.class, () -> orders.server.getAttribute(seats, "Value"));
    assertEquals("Not found: seats", e.getCause().getMessage());
    assertEquals(0, orders.registry.count());
  }

  @Test
  void onlyTheFirstCountersAreChartedAndTheOthersCountOn() throws Exception {
    for (int i = 0; i < 15; i++) {
      orders.registry.increment("c" + i);
    }
    assertEquals(OpenNamespace.COUNTER_MBEANS, charted(orders.server).size());
    assertFalse(charted(orders.server).contains("c10"));
    assertEquals(1, orders.registry.get("c14"));
    orders.registry.remove("c3");
    orders.registry.increment("late");
    assertTrue(charted(orders.server).contains("late"));
    assertEquals(OpenNamespace.COUNTER_MBEANS, charted(orders.server).size());
  }

  @Test
  void countersThatAreThereAtTheStartAreChartedByName() throws Exception {
    CounterRegistry registry = new CounterRegistry(CounterSettings.of("stock"));
    for (String name : new String[] {"z", "b", "a", "c"}) {
      registry.increment(name);
    }
    MBeanServer server = MBeanServerFactory.newMBeanServer();
    try (NamespaceMBeans none = NamespaceMBeans.publish(server, registry, orders.facts(0))) {
      assertEquals(Set.of(), charted(server));
      assertTrue(server.isRegistered(none.name()));
    }
    NamespaceMBeans three = NamespaceMBeans.publish(server, registry, orders.facts(3));
    assertEquals("[a, b, c]", charted(server).toString());
    three.close();
    assertEquals(Set.of(), charted(server));
    registry.increment("d");
    assertEquals(Set.of(), charted(server));
  }

  @Test
  void anMBeanThatSquatsOnACountersNameIsLeftAlone(Warnings warnings) throws Exception {
    ObjectName seats = OpenNamespace.counter("seats");
    Timer squatter = new Timer();
    orders.server.registerMBean(squatter, seats);
    assertEquals(1, orders.registry.increment("seats"));
    assertEquals(2, orders.registry.increment("seats"));
    warnings.expect("somebody else's MBean has the name of counter seats");
    orders.registry.remove("seats");
    orders.mBeans.close();
    assertTrue(orders.server.isInstanceOf(seats, Timer.class.getName()));
  }

  @Test
  void anMBeanThatTookTheNameOfOursIsLeftAlone() throws Exception {
    orders.registry.increment("seats");
    orders.registry.increment("stock");
    for (String name : new String[] {"seats", "stock"}) {
      orders.server.unregisterMBean(OpenNamespace.counter(name));
      orders.server.registerMBean(new Timer(), OpenNamespace.counter(name));
    }
    orders.registry.remove("seats");
    orders.mBeans.close();
    assertEquals(Set.of("seats", "stock"), charted(orders.server));
  }

  @Test
  void oneThatSomebodyUnregisteredComesBackWithItsCounter() throws Exception {
    orders.registry.increment("seats");
    orders.server.unregisterMBean(OpenNamespace.counter("seats"));
    orders.registry.remove("seats");
    orders.registry.increment("seats");
    assertEquals(Set.of("seats"), charted(orders.server));
  }

  @Test
  void thoseWhoWatchTheServerAndThrowHarmNobody(Warnings warnings) throws Exception {
    NotificationListener throwing =
        (told, back) -> {
          throw new AssertionError("watcher");
        };
    orders.server.addNotificationListener(MBeanServerDelegate.DELEGATE_NAME, throwing, null, null);
    assertEquals(1, orders.registry.increment("seats"));
    warnings.expect("no MBean for counter seats");
    orders.server.removeNotificationListener(MBeanServerDelegate.DELEGATE_NAME, throwing);
    assertEquals(2, orders.registry.increment("seats"));
    orders.server.unregisterMBean(OpenNamespace.counter("seats"));
  }

  @Test
  void creatingAndRemovingAtOnceEndsWithWhatIsThere() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    CountDownLatch start = new CountDownLatch(1);
    for (int t = 0; t < 4; t++) {
      int seed = t;
      pool.execute(
          () -> {
            await(start);
            IntStream.range(0, 2_000)
                .forEach(
                    i -> {
                      String name = "c" + (i * 7 + seed) % 5;
                      if ((i + seed) % 2 == 0) {
                        orders.registry.increment(name);
                      } else {
                        removeIfThere(name);
                      }
                    });
          });
    }
    start.countDown();
    pool.shutdown();
    assertTrue(pool.awaitTermination(60, TimeUnit.SECONDS));
    assertEquals(orders.registry.getAllCounters().keySet(), charted(orders.server));
    orders.mBeans.close();
    assertEquals(Set.of(), charted(orders.server));
  }

  private void removeIfThere(String name) {
    try {
      orders.registry.remove(name);
    } catch (CounterDoesntExistException e) {
      // Another thread was faster.
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void namesAreQuotedOnlyWhenTheyMustBe() throws Exception {
    orders.registry.increment("a b/c.ü");
    orders.registry.increment("a:b=\"*");
    assertEquals(1L, orders.server.getAttribute(OpenNamespace.counter("a b/c.ü"), "Value"));
    ObjectName quoted = OpenNamespace.counter(ObjectName.quote("a:b=\"*"));
    assertEquals(1L, orders.server.getAttribute(quoted, "Value"));
    assertThrows(
        InstanceNotFoundException.class,
        () -> orders.server.getAttribute(OpenNamespace.counter("\"a b/c.ü\""), "Value"));
  }
}
