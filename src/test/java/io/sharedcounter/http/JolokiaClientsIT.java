package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

  // The adapter with jars of its own version, apart from those of the server.
  private static URLClassLoader adapter() throws IOException {
    Path directory =
        Path.of(System.getProperty("sharedcounter.clients", "target/clients"), "jolokia-jmx");
    List<URL> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path jar : files.toList()) {
        jars.add(jar.toUri().toURL());
      }
    }
    return new URLClassLoader(jars.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
  }

  @Test
  void jmxAdapterRunsTheSelfTestAsAUser(@TempDir Path directory) throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (FakeRegistry registry = new FakeRegistry();
        JolokiaEndpoint endpoint = start(Endpoints.withUsers(directory))) {
      JMXServiceURL url =
          new JMXServiceURL(
              "service:jmx:jolokia://127.0.0.1:" + endpoint.url().getPort() + "/jolokia/");
      try (URLClassLoader adapter = adapter();
          JMXConnector connector =
              JMXConnectorFactory.connect(
                  url,
                  Map.of(
                      JMXConnector.CREDENTIALS,
                      new String[] {"operator", Endpoints.PASSWORD},
                      JMXConnectorFactory.PROTOCOL_PROVIDER_CLASS_LOADER,
                      adapter))) {
        // Otherwise it would find the server's classes of the same names.
        Thread.currentThread().setContextClassLoader(adapter);
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
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}
