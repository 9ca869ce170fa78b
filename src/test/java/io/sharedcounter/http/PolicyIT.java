package io.sharedcounter.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The policy files in jmx-config, and others of their kind. */
class PolicyIT {
  private static final Path SHIPPED = Path.of("jmx-config");

  @Test
  void readWritePolicyLetsAnOperatorChangeCounters() throws Exception {
    try (FakeRegistry registry = new FakeRegistry();
        JolokiaEndpoint endpoint =
            JolokiaEndpoint.start(Endpoints.withPolicy(SHIPPED.resolve("jolokia-access.xml")))) {
      assertEquals(1L, new Http(endpoint.url()).exec("increment", "a").value());
      assertEquals(1L, registry.counters.get("a"));
    }
  }

  @Test
  void readOnlyPolicyLetsNobodyChangeCounters() throws Exception {
    try (FakeRegistry registry = new FakeRegistry();
        JolokiaEndpoint endpoint =
            JolokiaEndpoint.start(
                Endpoints.withPolicy(SHIPPED.resolve("jolokia-access-readonly.xml")))) {
      registry.counters.put("a", 7L);
      assertEquals(403, new Http(endpoint.url()).exec("increment", "a").jsonStatus());
      assertEquals(403, new Http(endpoint.url()).exec("get(java.lang.String)", "b").jsonStatus());
      assertEquals(7L, new Http(endpoint.url()).exec("peek", "a").value());
      assertEquals(7L, new Http(endpoint.url()).exec("peek(java.lang.String)", "a").value());
      String count = "/jolokia/read/" + FakeRegistry.NAME + "/CounterCount";
      assertEquals(1L, new Http(endpoint.url()).get(count).value());
      new Http(endpoint.url()).get("/jolokia/read/java.lang:type=Memory/HeapMemoryUsage").value();
    }
  }

  @Test
  void policyThatAllowsEverythingOpensNothingMore(@TempDir Path directory) throws Exception {
    Path policy = Files.writeString(directory.resolve("all.xml"), "<restrict/>");
    try (JolokiaEndpoint endpoint = JolokiaEndpoint.start(Endpoints.withPolicy(policy))) {
      String gc = "/jolokia/exec/java.lang:type=Memory/gc";
      assertEquals(403, new Http(endpoint.url()).get(gc).jsonStatus());
    }
  }

  @Test
  void policyThatForbidsGetIsObeyed(@TempDir Path directory) throws Exception {
    String xml = "<restrict><http><method>post</method></http></restrict>";
    Path policy = Files.writeString(directory.resolve("post.xml"), xml);
    try (JolokiaEndpoint endpoint = JolokiaEndpoint.start(Endpoints.withPolicy(policy))) {
      assertEquals(403, new Http(endpoint.url()).get("/jolokia/version").status());
      assertEquals(200, new Http(endpoint.url()).post("{\"type\":\"version\"}").status());
    }
  }

  @Test
  void whatIsNoPolicyStopsTheStartWithOneLineOfOurs(@TempDir Path directory) throws Exception {
    Path policy = directory.resolve("policy.xml");
    Map<String, String> contents =
        Map.of(
            "<restrict>\n\n", " line 3: ",
            "", " line 1: ",
            "<html/>", ": it is a <html>; a policy is a <restrict>",
            "<!DOCTYPE restrict><restrict/>", " line 1: DOCTYPE is disallowed",
            "<restrict><allow><mbean><name>***</name></mbean></allow></restrict>", ": ");
    for (Map.Entry<String, String> content : contents.entrySet()) {
      Files.writeString(policy, content.getKey());
      PrintStream stderr = System.err;
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      System.setErr(new PrintStream(printed, true, UTF_8));
      try {
        assertRefused(policy, "http.policy: " + policy + content.getValue());
      } finally {
        System.setErr(stderr);
      }
      // The parser of the JDK would print "[Fatal Error] ...".
      assertEquals("", printed.toString(UTF_8));
    }
    Path missing = directory.resolve("missing.xml");
    assertRefused(missing, "http.policy: " + missing + " cannot be read: there is no such file");
    assertRefused(directory, "http.policy: " + directory + " cannot be read: Is a directory");
  }

  private static void assertRefused(Path policy, String start) {
    Exception refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> JolokiaEndpoint.start(Endpoints.withPolicy(policy)));
    assertTrue(refused.getMessage().startsWith(start), refused.getMessage());
  }

  @Test
  void policyFetchesNothingThatItRefersTo(@TempDir Path directory) throws Exception {
    // The secret would make a policy that is not well-formed; the other one would be connected to.
    Path secret = Files.writeString(directory.resolve("secret.txt"), "top <secret");
    try (ServerSocket web = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      for (String url :
          List.of(secret.toUri().toString(), "http://127.0.0.1:" + web.getLocalPort() + "/x")) {
        for (String entity :
            List.of("<!ENTITY e SYSTEM '%s'>", "<!ENTITY %% e SYSTEM '%s'> %%e;")) {
          String xml = "<!DOCTYPE restrict [" + entity.formatted(url) + "]><restrict><commands>";
          String use = entity.contains("%%") ? "" : "&e;";
          Path policy = directory.resolve("entity.xml");
          Files.writeString(
              policy, xml + "<command>version" + use + "</command></commands></restrict>");
          assertFetchesNothing(policy);
        }
      }
      web.setSoTimeout(50);
      assertThrows(SocketTimeoutException.class, web::accept);
    }
  }

  private static void assertFetchesNothing(Path policy) {
    try (JolokiaEndpoint endpoint = JolokiaEndpoint.start(Endpoints.withPolicy(policy))) {
      String secret = new Http(endpoint.url()).get("/jolokia/version").body();
      assertFalse(secret.contains("secret"), secret);
    } catch (IllegalArgumentException | IOException refused) {
      assertFalse(refused.getMessage().contains("secret"), refused.getMessage());
    }
  }
}
