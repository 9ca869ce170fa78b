package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, refusing to start, and what is left afterwards. */
class EndpointStartIT {
  private static Set<ObjectName> allMBeans() {
    return ManagementFactory.getPlatformMBeanServer().queryNames(null, null);
  }

  private static boolean dispatcherLives() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("HTTP-Dispatcher"));
  }

  private static String refused(HttpSettings settings) {
    return assertThrows(RuntimeException.class, () -> JolokiaEndpoint.start(settings)).getMessage();
  }

  @Test
  void closeLeavesNothingBehindAndMayBeRepeated() throws Exception {
    Set<ObjectName> before = allMBeans();
    JolokiaEndpoint endpoint = JolokiaEndpoint.start(HttpSettings.local("127.0.0.1", 0));
    assertEquals(200, new Http(endpoint.url()).get("/jolokia/version").status());
    assertTrue(dispatcherLives());
    endpoint.close();
    endpoint.close();
    assertEquals(before, allMBeans());
    assertThrows(java.io.IOException.class, () -> new Http(endpoint.url()).get("/jolokia"));
    long deadline = System.nanoTime() + 5_000_000_000L;
    while (dispatcherLives() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertFalse(dispatcherLives());
  }

  @Test
  void twoEndpointsLiveInOneJvm() throws Exception {
    try (JolokiaEndpoint one = JolokiaEndpoint.start(HttpSettings.local("127.0.0.1", 0));
        JolokiaEndpoint other = JolokiaEndpoint.start(HttpSettings.local("localhost", 0))) {
      assertEquals(200, new Http(one.url()).get("/jolokia/version").status());
      assertEquals(200, new Http(other.url()).get("/jolokia/version").status());
    }
  }

  @Test
  void portInUseIsRefusedAndLeavesNothing() {
    Set<ObjectName> before = allMBeans();
    try (JolokiaEndpoint first = JolokiaEndpoint.start(HttpSettings.local("127.0.0.1", 0))) {
      int port = first.url().getPort();
      String message = refused(HttpSettings.local("127.0.0.1", port));
      assertTrue(message.startsWith("http: cannot listen on 127.0.0.1 port " + port), message);
    }
    assertEquals(before, allMBeans());
  }

  @Test
  void hostThatOthersReachNeedsUsersAndTls(@TempDir Path directory) throws Exception {
    String message = refused(HttpSettings.local("0.0.0.0", 0));
    assertTrue(message.contains("set http.users and http.tls.keystore"), message);
    HttpSettings withoutTls =
        new HttpSettings(
            "0.0.0.0",
            0,
            Optional.of(Endpoints.usersFile(directory)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertEquals(message, refused(withoutTls));
  }

  @Test
  void missingFilesAreRefused(@TempDir Path directory) {
    Optional<Path> missing = Optional.of(directory.resolve("missing"));
    Optional<Path> none = Optional.empty();
    HttpSettings users = new HttpSettings("127.0.0.1", 0, missing, Optional.empty(), none, none);
    assertTrue(refused(users).startsWith("http.users: " + missing.get() + " does not exist"));
    HttpSettings pages = new HttpSettings("127.0.0.1", 0, none, Optional.empty(), none, missing);
    assertTrue(refused(pages).startsWith("http.pages: " + missing.get() + " does not exist"));
    HttpSettings tls =
        new HttpSettings(
            "127.0.0.1", 0, none, missing.map(file -> new HttpSettings.Tls(file, "x")), none, none);
    assertEquals(
        "http.tls: "
            + missing.get()
            + " cannot be used as a PKCS12 keystore: there is no such file",
        refused(tls));
  }

  @Test
  void pagesAreServedButNothingOutsideTheirDirectory(@TempDir Path directory) throws Exception {
    Path pages = Files.createDirectory(directory.resolve("pages"));
    Files.writeString(pages.resolve("index.html"), "<p>ünï");
    Files.writeString(pages.resolve("live.js"), "1");
    Files.writeString(directory.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(pages.resolve("link.txt"), directory.resolve("secret.txt"));
    try (JolokiaEndpoint endpoint = JolokiaEndpoint.start(Endpoints.withPages(pages))) {
      Http.Response index = new Http(endpoint.url()).get("/");
      assertEquals("<p>ünï", index.body());
      assertEquals("text/html; charset=utf-8", index.headers().get("content-type"));
      assertEquals("1", new Http(endpoint.url()).get("/live.js").body());
      for (String path :
          new String[] {
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/link.txt",
            "/%00",
            "/" + directory.resolve("secret.txt"),
            "//" + directory.resolve("secret.txt"),
            "/missing"
          }) {
        Http.Response answer = new Http(endpoint.url()).get(path);
        assertFalse(answer.body().contains("secret"), path);
        assertEquals(404, answer.status(), path);
      }
      assertEquals(405, new Http(endpoint.url()).post("/live.js", "{}").status());
    }
  }
}
