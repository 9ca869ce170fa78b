package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import org.junit.jupiter.api.Test;

final class InstanceMBeanTest {
  private final MBeanServer server = MBeanServerFactory.newMBeanServer();

  static InstanceFacts facts(String instance) {
    return new InstanceFacts(
        instance,
        "id-" + instance,
        "1.2",
        () -> Duration.ofSeconds(3),
        () -> Map.of("tickets", List.of("archive", "snapshot"), "orders", List.of()),
        () -> "http://127.0.0.1:8778/jolokia",
        "data",
        () -> "OK");
  }

  @Test
  void tellsTheInstanceInItsAttributes() throws Exception {
    try (InstanceMBean mBean = InstanceMBean.publish(server, facts(""))) {
      assertEquals("io.sharedcounter:type=SharedCounters", mBean.name().toString());
      assertEquals("1.2", server.getAttribute(mBean.name(), "Version"));
      assertEquals(3_000L, server.getAttribute(mBean.name(), "Uptime"));
      assertArrayEquals(
          new String[] {"orders: in memory", "tickets: archive, snapshot"},
          (String[]) server.getAttribute(mBean.name(), "Namespaces"));
      assertEquals(
          "http://127.0.0.1:8778/jolokia", server.getAttribute(mBean.name(), "JolokiaUrl"));
      assertEquals("data", server.getAttribute(mBean.name(), "DataDirectory"));
      assertEquals("OK", server.getAttribute(mBean.name(), "Health"));
      assertEquals("id-", server.getAttribute(mBean.name(), "InstanceId"));
    }
  }

  @Test
  void carriesTheInstanceNameInItsOwn() {
    try (InstanceMBean mBean = InstanceMBean.publish(server, facts("b,c"))) {
      assertEquals(
          "io.sharedcounter:type=SharedCounters,instance=\"b,c\"", mBean.name().toString());
    }
  }

  @Test
  void aSecondOneOfThatNameFailsAndLeavesTheFirstAlone() {
    InstanceMBean first = InstanceMBean.publish(server, facts("a"));
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> InstanceMBean.publish(server, facts("a")));
    assertEquals(
        "io.sharedcounter:type=SharedCounters,instance=a is registered by instance 'id-a'; close"
            + " that one or give this one another instance name",
        e.getMessage());
    assertTrue(server.isRegistered(first.name()));
    first.close();
    first.close();
    assertFalse(server.isRegistered(first.name()));
  }
}
