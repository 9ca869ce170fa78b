package io.sharedcounter.http;

import static io.sharedcounter.http.Http.execJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each role may do; the known ways around such rules are in {@link AttackListIT}. */
class AccessIT {
  private static final String NAME = FakeRegistry.NAME;

  /** An MBean outside our domain, that notices when it is touched. */
  public interface Foreign {
    /** Returns a secret. */
    String getSecret();

    /** Does what nobody may. */
    void act();
  }

  private final ObjectName foreignName;
  private volatile boolean touched;
  private FakeRegistry registry;
  private JolokiaEndpoint endpoint;

  AccessIT() throws Exception {
    foreignName = new ObjectName("other.domain:type=Foreign");
  }

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    registry = new FakeRegistry();
    Foreign foreign =
        new Foreign() {
          @Override
          public String getSecret() {
            touched = true;
            return "secret";
          }

          @Override
          public void act() {
            touched = true;
          }
        };
    ManagementFactory.getPlatformMBeanServer()
        .registerMBean(new StandardMBean(foreign, Foreign.class), foreignName);
    endpoint = JolokiaEndpoint.start(Endpoints.withUsers(directory));
  }

  @AfterEach
  void stop() throws Exception {
    registry.close();
    ManagementFactory.getPlatformMBeanServer().unregisterMBean(foreignName);
    endpoint.close();
  }

  private Http as(String user) {
    return new Http(endpoint.url()).as(user, Endpoints.PASSWORD);
  }

  private static void assertForbidden(Http.Response answer) {
    if (answer.status() == 200) {
      assertEquals(403, answer.jsonStatus(), answer.body());
      assertTrue(answer.error().contains("Forbidden: "), answer.body());
    } else {
      assertEquals(403, answer.status(), answer.body());
      assertTrue(answer.body().startsWith("Forbidden: "), answer.body());
    }
    assertFalse(answer.body().contains("secret"), answer.body());
  }

  @ParameterizedTest
  @CsvSource({"viewer", "operator", "ädmin"})
  void everyRoleReads(String user) throws Exception {
    registry.counters.put("a", 7L);
    assertEquals(7L, as(user).exec("peek", "a").value());
    assertEquals(java.util.Map.of("a", 7L), as(user).exec("getAllCounters").value());
    assertEquals(1L, as(user).get("/jolokia/read/" + NAME + "/CounterCount").value());
    assertEquals("http:" + user, as(user).get("/jolokia/read/" + NAME + "/Origin").value());
  }

  @Test
  void viewerChangesNothing() throws Exception {
    for (String operation : List.of("get", "increment", "getIncrement")) {
      assertForbidden(as("viewer").exec(operation, "a"));
      assertForbidden(as("viewer").exec(operation + "(java.lang.String)", "a"));
      assertForbidden(as("viewer").get("/jolokia/exec/" + NAME + "/" + operation + "/a"));
    }
    assertForbidden(as("viewer").exec("set", "a", 1L));
    assertForbidden(as("viewer").exec("setAndUnlock", "a", "token", 1L));
    assertForbidden(as("viewer").exec("snapshot"));
    assertEquals(java.util.Map.of(), registry.counters);
  }

  @Test
  void operatorChangesCountersButBreaksNoLock() throws Exception {
    assertEquals(1L, as("operator").exec("increment", "a").value());
    assertEquals(5L, as("operator").exec("setAndUnlock", "a", "token", 5L).value());
    assertForbidden(as("operator").exec("breakLock", "a"));
    assertEquals(5L, registry.counters.get("a"));
  }

  @Test
  void adminBreaksLocks() throws Exception {
    registry.counters.put("a", 1L);
    as("ädmin").exec("breakLock", "a").value();
    assertEquals(java.util.Map.of(), registry.counters);
  }

  @ParameterizedTest
  @ValueSource(strings = {"viewer", "operator", "ädmin"})
  void operationThatNoRoleNamesIsRefusedToAll(String user) throws Exception {
    assertForbidden(as(user).exec("waitForTest"));
  }

  @Test
  void elementsThatARoleMayNotAreRefusedOneByOne() throws Exception {
    registry.counters.put("a", 7L);
    String bulk = "[" + execJson("peek", "a") + "," + execJson("increment", "a") + "]";
    Http.Response answer = as("viewer").post(bulk);
    assertEquals(200, answer.status());
    assertTrue(answer.body().contains("\"status\":200"), answer.body());
    assertTrue(answer.body().contains("\"status\":403"), answer.body());
    assertEquals(7L, registry.counters.get("a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"viewer", "operator", "ädmin"})
  void foreignMBeansAreNeitherReadNorRunNorShown(String user) throws Exception {
    List<String> requests =
        List.of(
            "{'type':'read','mbean':'other.domain:type=Foreign','attribute':'Secret'}",
            "{'type':'read','mbean':'other.domain:type=Foreign'}",
            "{'type':'read','mbean':'other.domain:type=Foreign','attribute':['Secret','Other']}",
            "{'type':'read','mbean':'other.*:*','attribute':'Secret'}",
            "{'type':'read','mbean':'*:*'}",
            "{'type':'read','mbean':'*:type=Foreign','attribute':'Secret'}",
            "{'type':'write','mbean':'other.domain:type=Foreign','attribute':'Secret','value':1}",
            "{'type':'exec','mbean':'other.domain:type=Foreign','operation':'act'}",
            "{'type':'exec','mbean':'other.domain:type=Foreign','operation':'act()'}",
            "{'type':'exec','mbean':'*:*','operation':'act'}",
            "{'type':'exec','mbean':'other.*:*','operation':'act'}");
    for (String request : requests) {
      assertForbidden(as(user).post(request.replace('\'', '"')));
      assertFalse(touched, request);
    }
    assertForbidden(as(user).get("/jolokia/exec/other.domain:type=Foreign/act"));
    assertForbidden(as(user).get("/jolokia/read/other.domain:type=Foreign/Secret"));
    for (String path : List.of("list", "list/other.domain", "search/*:*", "list/*/type=Foreign")) {
      Http.Response answer = as(user).get("/jolokia/" + path);
      assertFalse(answer.body().contains("Foreign\":{"), answer.body());
      assertFalse(answer.body().contains("Secret"), answer.body());
    }
    assertFalse(touched);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/jolokia/config", "/jolokia/configXYZ", "/jolokia", "/jolokia-text", "/"})
  void nothingAnswersWithoutAUser(String path) throws Exception {
    assertEquals(401, new Http(endpoint.url()).post(path, execJson("get", "a")).status());
    assertEquals(401, new Http(endpoint.url()).get(path).status());
    Http.Response wrong = new Http(endpoint.url()).as("operator", "wrong").get(path);
    assertEquals(401, wrong.status());
    assertTrue(wrong.headers().get("www-authenticate").startsWith("Basic "));
    assertEquals(java.util.Map.of(), registry.counters);
  }

  @Test
  void tokensAndSetUpAreOnlyTakenByPost() throws Exception {
    assertForbidden(as("ädmin").get("/jolokia/exec/" + NAME + "/setAndUnlock/a/token/1"));
    assertForbidden(as("ädmin").get("/jolokia/exec/" + NAME + "/unlockCounter/a/token"));
    assertForbidden(as("ädmin").get("/jolokia/exec/" + NAME + "/setAndUnlock(x,y)/a/token/1"));
    assertEquals(java.util.Map.of(), registry.counters);
  }
}
