package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.timer.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NamespaceMBeansTest {
  private static final MBeanOperation<Object> SNAPSHOT =
      MBeanOperation.of(
          "snapshot",
          "Keeps a copy and returns its sequence number",
          MBeanOperationInfo.ACTION_INFO,
          "java.lang.String",
          List.of(MBeanOperation.text("label", "What to call it")),
          (target, call) -> call.text(0) + " by " + call.origin());
  private static final MBeanAttribute<Object> LAST =
      MBeanAttribute.gauge("LastSnapshot", "When the last one was made", "ms", target -> 42L);

  private final OpenNamespace orders = new OpenNamespace();

  @AfterEach
  void close() {
    orders.close();
  }

  private Set<ObjectName> names() throws Exception {
    return orders.server.queryNames(new ObjectName("io.sharedcounter:*"), null);
  }

  @Test
  void aSecondOneOfThatNamespaceFailsNamingTheFirstAndLeavesItAlone() throws Exception {
    orders.registry.increment("seats");
    Set<ObjectName> before = names();
    OpenNamespace other = new OpenNamespace();
    other.registry.increment("stock");
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> NamespaceMBeans.publish(orders.server, other.registry, other.facts(10)));
    assertEquals(
        "namespace 'orders': io.sharedcounter:type=CounterRegistry,namespace=orders is registered"
            + " by instance 'one'; close that one or choose another namespace",
        e.getMessage());
    assertEquals(before, names());
    other.close();
    assertEquals(before, names());
    assertEquals(2L, orders.call("increment", "seats"));
  }

  @Test
  void namesAnUnknownHolderOfItsName() throws Exception {
    orders.mBeans.close();
    orders.server.registerMBean(new Timer(), orders.mBeans.name());
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> NamespaceMBeans.publish(orders.server, orders.registry, orders.facts(10)));
    assertTrue(e.getMessage().contains("is registered by instance 'unknown'"), e.getMessage());
    orders.mBeans.close();
    assertEquals(Set.of(orders.mBeans.name()), names());
  }

  @Test
  void leavesNothingBehindAndClosesTwice() throws Exception {
    orders.registry.increment("seats");
    assertEquals(2, names().size());
    orders.mBeans.close();
    orders.mBeans.close();
    assertEquals(Set.of(), names());
    assertEquals(2, orders.registry.increment("seats"));
    orders.registry.increment("stock");
    assertEquals(Set.of(), names());
  }

  @Test
  void leavesNothingBehindWhereItCannotStart() throws Exception {
    orders.mBeans.close();
    orders.registry.close();
    assertThrows(
        IllegalStateException.class,
        () -> NamespaceMBeans.publish(orders.server, orders.registry, orders.facts(10)));
    assertEquals(Set.of(), names());
  }

  @Test
  void passesTheSelfTestOfTheAncestorInThePlatformMBeanServer() throws Exception {
    MBeanServer platform = ManagementFactory.getPlatformMBeanServer();
    List<Object> values = new ArrayList<>();
    try (NamespaceMBeans mBeans =
        NamespaceMBeans.publish(platform, orders.registry, orders.facts(10))) {
      Object[][] calls = {
        {"get"},
        {"set", 5L},
        {"getSet", 10L},
        {"getSet", 15L},
        {"getIncrement"},
        {"getIncrement"},
        {"increment"},
        {"increment"},
        {"incrementBy", 5L}
      };
      for (Object[] call : calls) {
        Object[] arguments = call.clone();
        arguments[0] = "bongo";
        values.add(platform.invoke(mBeans.name(), (String) call[0], arguments, null));
      }
    }
    assertEquals(List.of(0L, 5L, 5L, 10L, 15L, 16L, 18L, 19L, 24L), values);
  }

  @Test
  void featuresAddTheirOperationsAndAttributes() throws Exception {
    orders.mBeans.close();
    try (NamespaceMBeans mBeans =
        NamespaceMBeans.publish(
            orders.server, orders.registry, orders.facts(0), List.of(LAST), List.of(SNAPSHOT))) {
      assertEquals("noon by jmx:local", orders.call(mBeans.name(), "snapshot", "noon"));
      assertEquals(42L, orders.server.getAttribute(mBeans.name(), "LastSnapshot"));
      assertEquals(1L, orders.call(mBeans.name(), "increment", "seats"));
      assertEquals(18, orders.server.getMBeanInfo(mBeans.name()).getOperations().length);
    }
  }

  @Test
  void refusesToOverload() throws Exception {
    orders.mBeans.close();
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                NamespaceMBeans.publish(
                    orders.server,
                    orders.registry,
                    orders.facts(0),
                    List.of(),
                    List.of(SNAPSHOT, SNAPSHOT)));
    assertEquals("operation snapshot is there twice", e.getMessage());
    assertFalse(orders.server.isRegistered(orders.mBeans.name()));
  }

  @Test
  void refusesANegativeNumberOfMBeans() {
    assertThrows(IllegalArgumentException.class, () -> orders.facts(-1));
  }
}
