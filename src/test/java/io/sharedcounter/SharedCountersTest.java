package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.Counter;
import io.sharedcounter.core.CounterLock;
import io.sharedcounter.core.CounterRegistry;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.management.MBeanServer;
import javax.management.MBeanServerDelegate;
import javax.management.MBeanServerFactory;
import javax.management.MBeanServerNotification;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

final class SharedCountersTest {
  private final MBeanServer platform = ManagementFactory.getPlatformMBeanServer();

  private static SharedCountersConfig.Builder named(String instance) {
    return SharedCountersConfig.builder().instance(instance);
  }

  private static Set<String> mBeans(MBeanServer server) throws Exception {
    Set<String> names = new TreeSet<>();
    server
        .queryNames(new ObjectName("io.sharedcounter:*"), null)
        .forEach(name -> names.add(name.toString()));
    return names;
  }

  @Test
  void passesTheSelfTestOfTheAncestor() {
    try (SharedCounters counters = SharedCounters.open()) {
      CounterRegistry registry = counters.namespace("test");
      assertEquals(0, registry.get("bongo"));
      assertEquals(5, registry.set("bongo", 5));
      assertEquals(5, registry.getSet("bongo", 10));
      assertEquals(10, registry.getSet("bongo", 15));
      assertEquals(15, registry.getIncrement("bongo"));
      assertEquals(16, registry.getIncrement("bongo"));
      assertEquals(18, registry.increment("bongo"));
      assertEquals(19, registry.increment("bongo"));
      assertEquals(24, registry.increment("bongo", 5));
    }
  }

  @Test
  void opensANamespaceOnItsFirstUseWithItsMBeans() throws Exception {
    try (SharedCounters counters = SharedCounters.open()) {
      assertEquals(Set.of("io.sharedcounter:type=SharedCounters"), mBeans(platform));
      CounterRegistry orders = counters.namespace("orders");
      assertSame(orders, counters.namespace("orders"));
      orders.increment("created");
      assertEquals(
          Set.of(
              "io.sharedcounter:type=SharedCounters",
              "io.sharedcounter:type=CounterRegistry,namespace=orders",
              "io.sharedcounter:type=Counter,namespace=orders,name=created"),
          mBeans(platform));
    }
    assertEquals(Set.of(), mBeans(platform));
  }

  @Test
  void opensDeclaredNamespacesAtOnce() throws Exception {
    SharedCountersConfig config =
        named("i").namespace(NamespaceConfig.builder("a").build()).build();
    try (SharedCounters counters = SharedCounters.open(config)) {
      assertTrue(mBeans(platform).contains("io.sharedcounter:type=CounterRegistry,namespace=a"));
      assertTrue(mBeans(platform).contains("io.sharedcounter:type=SharedCounters,instance=i"));
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> counters.namespace("b"));
      assertTrue(e.getMessage().startsWith("namespace 'b' is not declared"), e.getMessage());
    }
  }

  @Test
  void tellsTheMBeansWhichInstanceTheyBelongTo() throws Exception {
    try (SharedCounters counters = SharedCounters.open(named("i").build())) {
      counters.namespace("a");
      ObjectName registry = new ObjectName("io.sharedcounter:type=CounterRegistry,namespace=a");
      assertEquals(counters.instanceId(), platform.getAttribute(registry, "InstanceId"));
      assertEquals("memory only", platform.getAttribute(registry, "Durability"));
      assertEquals("OK", platform.getAttribute(registry, "State"));
      ObjectName instance = new ObjectName("io.sharedcounter:type=SharedCounters,instance=i");
      assertEquals(counters.instanceId(), platform.getAttribute(instance, "InstanceId"));
      String[] namespaces = (String[]) platform.getAttribute(instance, "Namespaces");
      assertEquals("a: in memory", String.join(";", namespaces));
    }
  }

  @Test
  void letsTwoInstancesLiveTogetherWhenTheirNamespacesDiffer() {
    try (SharedCounters first = SharedCounters.open();
        SharedCounters second = SharedCounters.open(named("second").build())) {
      first.namespace("a").set("x", 1);
      second.namespace("b").set("x", 2);
      assertEquals(1, first.namespace("a").get("x"));
      assertEquals(2, second.namespace("b").get("x"));
    }
  }

  @Test
  void refusesANamespaceThatAnotherInstanceHoldsAndNamesIt() {
    try (SharedCounters first = SharedCounters.open();
        SharedCounters second = SharedCounters.open(named("second").build())) {
      first.namespace("a");
      assertRefusedNaming(first, second, "a");
    }
  }

  @Test
  void refusesATakenNamespaceAlsoWithoutMBeans() {
    try (SharedCounters second = SharedCounters.open(named("second").jmx(false).build())) {
      try (SharedCounters first = SharedCounters.open(named("first").jmx(false).build())) {
        first.namespace("a");
        assertRefusedNaming(first, second, "a");
      }
      second.namespace("a").increment("x");
    }
  }

  private static void assertRefusedNaming(
      SharedCounters first, SharedCounters second, String namespace) {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> second.namespace(namespace));
    assertTrue(e.getMessage().contains(first.instanceId()), e.getMessage());
    assertTrue(e.getMessage().startsWith("namespace '" + namespace + "'"), e.getMessage());
  }

  @Test
  void refusesASecondInstanceOfTheSameNameAndLeavesNothing() throws Exception {
    SharedCountersConfig config =
        SharedCountersConfig.builder().namespace(NamespaceConfig.builder("left").build()).build();
    try (SharedCounters first = SharedCounters.open()) {
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> SharedCounters.open(config));
      assertTrue(e.getMessage().contains(first.instanceId()), e.getMessage());
      assertEquals(Set.of("io.sharedcounter:type=SharedCounters"), mBeans(platform));
      first.namespace("left").increment("free again");
    }
  }

  @Test
  void closesAllThatIsOpenWhenTheLastPartFailsToOpen() throws Exception {
    SharedCountersConfig config =
        SharedCountersConfig.builder()
            .namespace(NamespaceConfig.builder("fine").build())
            .namespace(NamespaceConfig.builder("kept").features(List.of("archive")).build())
            .build();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> SharedCounters.open(config));
    assertEquals("namespace 'kept' keeps files; say where with data.directory", e.getMessage());
    assertEquals(Set.of(), mBeans(platform));
  }

  @Test
  void registersOnTheMBeanServerItIsGiven() throws Exception {
    MBeanServer other = MBeanServerFactory.newMBeanServer();
    SharedCountersConfig config = SharedCountersConfig.builder().mBeanServer(other).build();
    try (SharedCounters counters = SharedCounters.open(config)) {
      counters.namespace("a");
      assertEquals(2, mBeans(other).size());
      assertEquals(Set.of(), mBeans(platform));
    }
    assertEquals(Set.of(), mBeans(other));
  }

  @Test
  void hasNoMBeansWhenTheyAreSwitchedOff() throws Exception {
    try (SharedCounters counters = SharedCounters.open(named("i").jmx(false).build())) {
      counters.namespace("a").increment("x");
      assertEquals(Set.of(), mBeans(platform));
    }
  }

  @Test
  void refusesEverythingAfterItWasClosed() {
    SharedCounters counters = SharedCounters.open();
    CounterRegistry registry = counters.namespace("a");
    Counter counter = registry.counter("x");
    CounterLock lock = registry.lockCounter("y");
    counter.increment();
    counters.close();
    assertThrows(IllegalStateException.class, () -> counters.namespace("a"));
    assertThrows(IllegalStateException.class, () -> counters.namespace("b"));
    assertThrows(IllegalStateException.class, () -> registry.increment("x"));
    assertThrows(IllegalStateException.class, () -> registry.peek("x"));
    assertThrows(IllegalStateException.class, registry::getAllCounters);
    assertThrows(IllegalStateException.class, counter::get);
    assertThrows(IllegalStateException.class, counter::increment);
    assertThrows(IllegalStateException.class, lock::increment);
    lock.close();
  }

  @Test
  void takesItsMBeansAwayInReverseOrderWhileTheCountersStillAnswer() throws Exception {
    List<String> events = new ArrayList<>();
    SharedCounters counters = SharedCounters.open();
    CounterRegistry first = counters.namespace("first");
    CounterRegistry second = counters.namespace("second");
    NotificationListener listener =
        (notification, handback) -> {
          String name = ((MBeanServerNotification) notification).getMBeanName().toString();
          events.add(name.substring(name.indexOf("type=")) + " " + answers(first, second));
        };
    platform.addNotificationListener(MBeanServerDelegate.DELEGATE_NAME, listener, null, null);
    try {
      counters.close();
    } finally {
      platform.removeNotificationListener(MBeanServerDelegate.DELEGATE_NAME, listener);
    }
    assertEquals(
        List.of(
            "type=SharedCounters 2 answer",
            "type=CounterRegistry,namespace=second 2 answer",
            "type=CounterRegistry,namespace=first 1 answer"),
        events);
  }

  private static String answers(CounterRegistry... registries) {
    int open = 0;
    for (CounterRegistry registry : registries) {
      try {
        registry.peek("x");
        open++;
      } catch (IllegalStateException closed) {
        // Not counted.
      }
    }
    return open + " answer";
  }

  @Test
  void closesTwiceWithoutComplaint() {
    SharedCounters counters = SharedCounters.open();
    counters.namespace("a");
    counters.close();
    counters.close();
  }

  @Test
  void givesOneRegistryToAllThreadsThatAskAtOnce() throws Exception {
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (SharedCounters counters = SharedCounters.open()) {
      for (int round = 0; round < 10; round++) {
        String name = "n" + round;
        CyclicBarrier start = new CyclicBarrier(threads);
        Callable<CounterRegistry> ask =
            () -> {
              start.await();
              return counters.namespace(name);
            };
        Set<CounterRegistry> found = new HashSet<>();
        for (Future<CounterRegistry> answer : pool.invokeAll(Collections.nCopies(threads, ask))) {
          found.add(answer.get());
        }
        assertEquals(1, found.size());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void limitsTheMBeansOfCounters() throws Exception {
    try (SharedCounters counters = SharedCounters.open(named("i").counterMBeans(1).build())) {
      counters.namespace("a").increment("first");
      counters.namespace("a").increment("second");
      assertTrue(mBeans(platform).contains("io.sharedcounter:type=Counter,namespace=a,name=first"));
      assertFalse(
          mBeans(platform).contains("io.sharedcounter:type=Counter,namespace=a,name=second"));
    }
  }
}
