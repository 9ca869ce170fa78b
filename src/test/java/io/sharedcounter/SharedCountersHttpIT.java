package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.http.PasswordHash;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That each HTTP setting arrives where it belongs. */
final class SharedCountersHttpIT {
  private static final String INCREMENT =
      "/exec/io.sharedcounter:type=CounterRegistry,namespace=orders/increment/x";

  @TempDir Path directory;

  private static SharedCountersConfig.Builder orders() {
    return SharedCountersConfig.builder()
        .httpPort(0)
        .namespace(NamespaceConfig.builder("orders").build());
  }

  private static HttpResponse<String> get(String url, String... header) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (header.length > 0) {
      request.headers(header);
    }
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  @Test
  void showsItsUrlAndStopsListeningWhenItCloses() throws Exception {
    String url;
    try (SharedCounters counters = SharedCounters.open(orders().build())) {
      url = counters.jolokiaUrl().orElseThrow().toString();
      ObjectName instance = new ObjectName("io.sharedcounter:type=SharedCounters");
      assertEquals(
          url, ManagementFactory.getPlatformMBeanServer().getAttribute(instance, "JolokiaUrl"));
      assertTrue(get(url + INCREMENT).body().contains("\"value\":1"));
    }
    assertThrows(IOException.class, () -> get(url + INCREMENT));
  }

  @Test
  void asksForTheUsersOfTheFile() throws Exception {
    String line = "alice = operator " + PasswordHash.of("secret".toCharArray());
    Path users = Files.writeString(directory.resolve("users"), line + "\n");
    try (SharedCounters counters = SharedCounters.open(orders().httpUsers(users).build())) {
      String url = counters.jolokiaUrl().orElseThrow() + INCREMENT;
      String login =
          Base64.getEncoder().encodeToString("alice:secret".getBytes(StandardCharsets.UTF_8));
      assertEquals(401, get(url).statusCode());
      assertEquals(0, counters.namespace("orders").count());
      assertTrue(get(url, "Authorization", "Basic " + login).body().contains("\"value\":1"));
    }
  }

  @Test
  void followsThePolicyOfTheFile() throws Exception {
    Path policy = Path.of("jmx-config/jolokia-access-readonly.xml");
    try (SharedCounters counters = SharedCounters.open(orders().httpPolicy(policy).build())) {
      String answer = get(counters.jolokiaUrl().orElseThrow() + INCREMENT).body();
      assertTrue(answer.contains("Forbidden"), answer);
      assertEquals(0, counters.namespace("orders").count());
    }
  }

  @Test
  void servesThePagesOfTheDirectory() throws Exception {
    Files.writeString(directory.resolve("index.html"), "<p>counters</p>");
    try (SharedCounters counters = SharedCounters.open(orders().httpPages(directory).build())) {
      URI url = counters.jolokiaUrl().orElseThrow();
      assertEquals("<p>counters</p>", get(url.resolve("/index.html").toString()).body());
    }
  }

  @Test
  void speaksTlsWithTheKeyOfTheFile() throws Exception {
    Path keystore = directory.resolve("key.p12");
    makeKey(keystore, "changeit");
    SharedCountersConfig config = orders().httpTls(keystore, "changeit").build();
    try (SharedCounters counters = SharedCounters.open(config)) {
      URI url = counters.jolokiaUrl().orElseThrow();
      assertEquals("https", url.getScheme());
      Process curl =
          new ProcessBuilder("curl", "-sk", url + INCREMENT).redirectErrorStream(true).start();
      String answer = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.contains("\"value\":1"), answer);
    }
  }

  private static void makeKey(Path keystore, String password) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                keystore.toString(),
                "-storepass",
                password)
            .redirectErrorStream(true)
            .redirectOutput(keystore.resolveSibling("keytool.log").toFile())
            .start();
    assertTrue(made.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, made.exitValue());
  }

  @Test
  void leavesNothingWhenThePortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      SharedCountersConfig config = orders().httpPort(taken.getLocalPort()).build();
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> SharedCounters.open(config));
      assertTrue(e.getMessage().contains(Integer.toString(taken.getLocalPort())), e.getMessage());
      assertEquals(
          Set.of(),
          ManagementFactory.getPlatformMBeanServer()
              .queryNames(new ObjectName("io.sharedcounter:*"), null));
    }
  }
}
