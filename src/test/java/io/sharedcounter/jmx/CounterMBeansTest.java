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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
    // A hash table shows p before a, and q before b.
    for (String name : new String[] {"p", "b", "a", "q", "c"}) {
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
    assertEquals(1, orders.registry.increment("stock"));
    warnings.expect("name=seats is registered, but who was told of it failed");
    warnings.expect("name=stock is registered, but who was told of it failed");
    orders.registry.remove("seats");
    warnings.expect("name=seats was unregistered with a failure");
    assertEquals(Set.of("stock"), charted(orders.server));
    orders.mBeans.close();
    warnings.expect("namespace=orders was unregistered with a failure");
    warnings.expect("name=stock was unregistered with a failure");
    assertEquals(Set.of(), charted(orders.server));
  }

  @Test
  void creatingAndRemovingAtOnceEndsWithWhatIsThere() throws Exception {
    atOnce(
        (thread, i) -> {
          String name = "c" + (i * 7 + thread) % 5;
          if ((i + thread) % 2 == 0) {
            orders.registry.increment(name);
          } else {
            removeIfThere(name);
          }
        });
    assertEquals(orders.registry.getAllCounters().keySet(), charted(orders.server));
    orders.mBeans.close();
    assertEquals(Set.of(), charted(orders.server));
  }

  @Test
  void noMoreThanAllowedAreChartedHoweverManyAreCreatedAtOnce() throws Exception {
    for (int i = 1; i < OpenNamespace.COUNTER_MBEANS; i++) {
      orders.registry.increment("old" + i);
    }
    atOnce(
        (thread, i) -> {
          String name = "c" + (i * 4 + thread) % 80;
          orders.registry.increment(name);
          removeIfThere(name);
          int charted = charted(orders.server).size();
          assertTrue(charted <= OpenNamespace.COUNTER_MBEANS, () -> "charted " + charted);
        });
  }

  private interface Step {
    void run(int thread, int index) throws Exception;
  }

  /** Runs the step 2,000 times in each of four threads, and passes on what it throws. */
  private static void atOnce(Step step) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<?>> ends = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int thread = t;
      ends.add(
          pool.submit(
              () -> {
                start.await();
                for (int i = 0; i < 2_000; i++) {
                  step.run(thread, i);
                }
                return thread;
              }));
    }
    start.countDown();
    pool.shutdown();
    for (Future<?> end : ends) {
      end.get(60, TimeUnit.SECONDS);
    }
  }

  private void removeIfThere(String name) {
    try {
      orders.registry.remove(name);
    } catch (CounterDoesntExistException e) {
      // Another thread was faster.
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
