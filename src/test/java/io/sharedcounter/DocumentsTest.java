package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterLock;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.Durability;
import io.sharedcounter.core.Import.Mode;
import io.sharedcounter.document.DocumentFormat;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServer;
import javax.management.Notification;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.RuntimeMBeanException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The feature serialize, in code and over JMX. */
final class DocumentsTest {
  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

  @TempDir Path data;

  private static SharedCounters open(NamespaceConfig.Builder namespace) {
    return SharedCounters.open(SharedCountersConfig.builder().namespace(namespace.build()).build());
  }

  private Object invoke(String operation, String... arguments) throws Exception {
    String[] signature = new String[arguments.length];
    Arrays.fill(signature, String.class.getName());
    ObjectName name = new ObjectName("io.sharedcounter:type=CounterRegistry,namespace=orders");
    return server.invoke(name, operation, arguments, signature);
  }

  @Test
  void anApplicationExportsAndImports() {
    try (SharedCounters counters = open(NamespaceConfig.builder("orders").serialize())) {
      CounterRegistry orders = counters.namespace("orders");
      orders.set("created", 5);
      String document = counters.documents("orders").exportCounters(DocumentFormat.CSV);
      orders.set("created", 7);
      assertEquals(1, counters.documents("orders").importCounters(document, Mode.ADD));
      assertEquals(12, orders.get("created"));
    }
  }

  @Test
  void anOperatorExportsChecksAndImports() throws Exception {
    try (SharedCounters counters = open(NamespaceConfig.builder("orders").serialize())) {
      CounterRegistry orders = counters.namespace("orders");
      orders.set("created", 5);
      orders.set("gone", 1);
      String document = (String) invoke("exportCounters", "json");
      orders.set("created", 7);
      orders.remove("gone");
      orders.set("extra", 1);
      assertEquals(
          """
          replace: 3 counters would change: 1 created, 1 set, 1 removed
          created: 7 -> 5
          extra: 1 -> absent
          gone: absent -> 1
          """,
          invoke("checkImport", document, "replace"));
      assertEquals(7, orders.get("created"));
      assertEquals(3L, invoke("importCounters", document, "replace"));
      assertEquals(Map.of("created", 5L, "gone", 1L), orders.getAllCounters());
      // The counters' own MBeans come and go with them.
      assertEquals(1L, server.getAttribute(new ObjectName(counterName("gone")), "Value"));
      assertTrue(!server.isRegistered(new ObjectName(counterName("extra"))));
    }
  }

  private static String counterName(String counter) {
    return "io.sharedcounter:type=Counter,namespace=orders,name=" + counter;
  }

  @Test
  void anImportIsAnnouncedCounterByCounterWithItsOrigin() throws Exception {
    try (SharedCounters counters = open(NamespaceConfig.builder("orders").serialize())) {
      counters.namespace("orders").set("created", 5);
      counters.namespace("orders").set("new", 1);
      String document = (String) invoke("exportCounters", "csv");
      counters.namespace("orders").set("created", 4);
      counters.namespace("orders").remove("new");
      counters.namespace("orders").set("old", 3);
      BlockingQueue<String> told = new LinkedBlockingQueue<>();
      NotificationListener listener = (Notification n, Object any) -> told.add(n.getMessage());
      ObjectName name = new ObjectName("io.sharedcounter:type=CounterRegistry,namespace=orders");
      server.addNotificationListener(name, listener, null, null);
      counters.documents("orders").importCounters(document, Mode.REPLACE);
      TreeSet<String> messages = new TreeSet<>();
      for (int i = 0; i < 4; i++) {
        String message = told.poll(20, TimeUnit.SECONDS);
        assertNotNull(message, "no notification in time");
        messages.add(message);
      }
      assertEquals(
          new TreeSet<>(
              List.of(
                  "created: 4 -> 5 by import",
                  "new: 0 -> 1 by import",
                  "new: created, 0 -> 1 by import",
                  "old: removed at 3 by import")),
          messages);
      server.removeNotificationListener(name, listener);
    }
  }

  @Test
  void refusalsReachTheClientAsExceptionsOfTheJdk() throws Exception {
    try (SharedCounters counters =
        open(NamespaceConfig.builder("orders").maxCounters(2).serialize())) {
      CounterRegistry orders = counters.namespace("orders");
      orders.set("created", Long.MAX_VALUE);
      String document = (String) invoke("exportCounters", "json");
      assertRefused(
          IllegalArgumentException.class, "document, line 1: ", "importCounters", "", "add");
      assertRefused(IllegalArgumentException.class, "mode 'x'", "importCounters", document, "x");
      assertRefused(IllegalArgumentException.class, "format 'x'", "exportCounters", "x");
      assertRefused(ArithmeticException.class, "Overflow: ", "importCounters", document, "add");
      assertRefused(ArithmeticException.class, "Overflow: ", "checkImport", document, "add");
      orders.set("created", 1);
      try (CounterLock lock = orders.lockCounter("created")) {
        assertRefused(IllegalStateException.class, "Locked: ", "importCounters", document, "max");
        assertRefused(IllegalStateException.class, "Locked: ", "checkImport", document, "max");
        assertEquals(1, lock.get());
      }
      orders.remove("created");
      orders.set("a", 1);
      orders.set("b", 1);
      assertRefused(IllegalStateException.class, "Limit: ", "importCounters", document, "max");
      assertRefused(IllegalStateException.class, "Limit: ", "checkImport", document, "max");
      assertEquals(Map.of("a", 1L, "b", 1L), orders.getAllCounters());
    }
  }

  private void assertRefused(
      Class<? extends RuntimeException> type,
      String prefix,
      String operation,
      String... arguments) {
    RuntimeMBeanException e =
        assertThrows(RuntimeMBeanException.class, () -> invoke(operation, arguments));
    RuntimeException thrown = e.getTargetException();
    assertEquals(type, thrown.getClass());
    assertTrue(thrown.getMessage().startsWith(prefix), thrown.getMessage());
    assertNull(thrown.getCause());
  }

  @Test
  void aNamespaceWithoutTheFeatureHasNoneOfIt() {
    try (SharedCounters counters = open(NamespaceConfig.builder("orders"))) {
      assertThrows(IllegalArgumentException.class, () -> counters.documents("orders"));
      assertThrows(ReflectionException.class, () -> invoke("exportCounters", "json"));
    }
  }

  @Test
  void whatWasArchivedMovesIntoANamespaceWithOtherFeatures() throws Exception {
    String document;
    SharedCountersConfig config =
        SharedCountersConfig.builder()
            .dataDirectory(data)
            .namespace(
                NamespaceConfig.builder("orders").archive(Durability.EVENTUAL).serialize().build())
            .build();
    try (SharedCounters counters = SharedCounters.open(config)) {
      counters.namespace("orders").set("created", 5);
      counters.namespace("orders").increment("created");
      document = (String) invoke("exportCounters", "json");
      assertTrue(document.contains("\"sequence\":2,"), document);
    }
    try (SharedCounters counters = open(NamespaceConfig.builder("memory").serialize())) {
      counters.documents("memory").importCounters(document, Mode.REPLACE);
      assertEquals(7, counters.namespace("memory").increment("created"));
    }
  }
}
