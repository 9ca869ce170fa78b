package io.sharedcounter.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sharedcounter.testing.JavaProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads counters as Prometheus does, through the real agent and our rules. */
class JmxExporterIT {
  private static final Path AGENT =
      Path.of(System.getProperty("sharedcounter.clients", "target/clients"))
          .resolve("jmx-exporter/jmx_prometheus_javaagent.jar");

  @Test
  void everyCounterIsAMetricWithItsNamespaceAndName() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    List<String> command =
        List.of(
            "-javaagent:" + AGENT + "=127.0.0.1:" + port + ":jmx-config/jmx-exporter.yaml",
            "-cp",
            System.getProperty("java.class.path"),
            ExportedCounters.class.getName());
    try (JavaProcess application = JavaProcess.start(command)) {
      application.awaitOut("open");
      assertEquals(
          List.of(
              "sharedcounter_ok{namespace=\"mail\"} 1.0",
              "sharedcounter_ok{namespace=\"orders\"} 1.0",
              "sharedcounter_value{counter=\"created\",namespace=\"orders\"} 1280.0",
              "sharedcounter_value{counter=\"net, \\\\\\\"EUR\\\\\\\"\",namespace=\"orders\"} -5.0",
              "sharedcounter_value{counter=\"next order id\",namespace=\"orders\"} 500123.0",
              "sharedcounter_value{counter=\"sent\",namespace=\"mail\"} 7.0"),
          metrics(port).lines().filter(line -> line.startsWith("sharedcounter_")).toList());
      application.type("");
      assertEquals(0, application.exitCode(), () -> application.err().toString());
    }
  }

  private static String metrics(int port) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
            .timeout(Duration.ofSeconds(30))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .sorted()
        .reduce("", (a, b) -> a + b + "\n");
  }
}
