package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jolokia.client.JolokiaClient;
import org.jolokia.client.JolokiaClientBuilder;
import org.jolokia.client.request.JolokiaExecRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jolokia's own clients, as they come, against this server. */
class JolokiaClientsIT {
  private static final List<Long> SELF_TEST = List.of(0L, 5L, 5L, 10L, 15L, 16L, 18L, 19L, 24L);

  private interface Invoker {
    Object invoke(String operation, Object... arguments) throws Exception;
  }

  private static List<Long> selfTest(Invoker counters) throws Exception {
    List<Long> results = new ArrayList<>();
    results.add(((Number) counters.invoke("get", "bongo")).longValue());
    results.add(((Number) counters.invoke("set", "bongo", 5L)).longValue());
    results.add(((Number) counters.invoke("getSet", "bongo", 10L)).longValue());
    results.add(((Number) counters.invoke("getSet", "bongo", 15L)).longValue());
    results.add(((Number) counters.invoke("getIncrement", "bongo")).longValue());
    results.add(((Number) counters.invoke("getIncrement", "bongo")).longValue());
    results.add(((Number) counters.invoke("increment", "bongo")).longValue());
    results.add(((Number) counters.invoke("increment", "bongo")).longValue());
    results.add(((Number) counters.invoke("incrementBy", "bongo", 5L)).longValue());
    return results;
  }

  @Test
  void javaClientRunsTheSelfTest() throws Exception {
    try (FakeRegistry registry = new FakeRegistry();
        JolokiaEndpoint endpoint = JolokiaEndpoint.start(HttpSettings.local("127.0.0.1", 0));
        JolokiaClient client = new JolokiaClientBuilder().url(endpoint.url().toString()).build()) {
      List<Long> results =
          selfTest(
              (operation, arguments) ->
                  client
                      .execute(new JolokiaExecRequest(FakeRegistry.NAME, operation, arguments))
                      .getValue());
      assertEquals(SELF_TEST, results);
      assertEquals(Map.of("bongo", 24L), registry.counters);
    }
  }

  // The adapter takes a port that ends in 443 for HTTPS.
  private static JolokiaEndpoint start(HttpSettings settings) {
    JolokiaEndpoint endpoint = JolokiaEndpoint.start(settings);
    if (endpoint.url().getPort() % 1_000 != 443) {
      return endpoint;
    }
    try (endpoint) {
      return start(settings);
    }
  }

  @Test
  void jmxAdapterRunsTheSelfTestAsAUser(@TempDir Path directory) throws Exception {
    try (FakeRegistry registry = new FakeRegistry();
        JolokiaEndpoint endpoint = start(Endpoints.withUsers(directory))) {
      JMXServiceURL url =
          new JMXServiceURL(
              "service:jmx:jolokia://127.0.0.1:" + endpoint.url().getPort() + "/jolokia/");
      Map<String, ?> user =
          Map.of(JMXConnector.CREDENTIALS, new String[] {"operator", Endpoints.PASSWORD});
      try (JMXConnector connector = JMXConnectorFactory.connect(url, user)) {
        MBeanServerConnection server = connector.getMBeanServerConnection();
        ObjectName name = new ObjectName(FakeRegistry.NAME);
        List<Long> results =
            selfTest(
                (operation, arguments) -> {
                  String[] signature = {"java.lang.String", "long"};
                  return server.invoke(
                      name,
                      operation,
                      arguments,
                      java.util.Arrays.copyOf(signature, arguments.length));
                });
        assertEquals(SELF_TEST, results);
        assertEquals("http:operator", server.getAttribute(name, "Origin"));
        assertTrue(server.queryNames(null, null).contains(name));
        assertEquals(Map.of("bongo", 24L), registry.counters);
      }
    }
  }
}
