package io.sharedcounter.http;

import static io.sharedcounter.http.Http.execJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The known attacks on Jolokia, each tried as everybody there can be. */
class AttackListIT {
  private static final String NAME = FakeRegistry.NAME;
  private static final String INCREMENT = execJson("increment", "a");
  private static final String GET_INCREMENT = "/jolokia/exec/" + NAME + "/increment/a";

  /** Names under which servers are known to have MBeans that run code or write files. */
  private static final List<String> DANGEROUS =
      List.of(
          "DefaultDomain:type=MLet",
          "ch.qos.logback.classic:Name=default,Type=ch.qos.logback.classic.jmx.JMXConfigurator",
          "org.apache.logging.log4j2:type=1",
          "Catalina:type=Valve,host=localhost,name=AccessLogValve",
          "Users:type=UserDatabase,database=UserDatabase",
          "io.sharedcounter.evil:type=Script",
          "java.lang.evil:type=Memory");

  private static final List<ObjectName> REGISTERED = new ArrayList<>();
  private static FakeRegistry registry;
  private static JolokiaEndpoint open;
  private static JolokiaEndpoint closed;
  private static volatile boolean touched;

  /** What a dangerous MBean offers. */
  public interface Dangerous {
    /** Returns a secret. */
    String getSecret();

    /** Takes a file name. */
    void setSecret(String file);

    /** Runs what nobody may. */
    void run(String url);
  }

  /** Everybody who can call: without users, and with them in each role. */
  enum Who {
    ANONYMOUS(Role.OPERATOR),
    VIEWER(Role.VIEWER),
    OPERATOR(Role.OPERATOR),
    ADMIN(Role.ADMIN);

    private final Role role;

    Who(Role role) {
      this.role = role;
    }

    JolokiaEndpoint endpoint() {
      return this == ANONYMOUS ? open : closed;
    }

    Http http() {
      return this == ANONYMOUS ? stranger() : stranger().as(user(), Endpoints.PASSWORD);
    }

    Http stranger() {
      return new Http(endpoint().url());
    }

    String user() {
      return this == ADMIN ? "ädmin" : role.toString();
    }
  }

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    registry = new FakeRegistry();
    Dangerous dangerous =
        new Dangerous() {
          @Override
          public String getSecret() {
            touched = true;
            return "secret";
          }

          @Override
          public void setSecret(String file) {
            touched = true;
          }

          @Override
          public void run(String url) {
            touched = true;
          }
        };
    for (String name : DANGEROUS) {
      REGISTERED.add(new ObjectName(name));
      ManagementFactory.getPlatformMBeanServer()
          .registerMBean(new StandardMBean(dangerous, Dangerous.class), new ObjectName(name));
    }
    open = JolokiaEndpoint.start(HttpSettings.local("127.0.0.1", 0));
    closed = JolokiaEndpoint.start(Endpoints.withUsers(directory));
    for (Who who : Who.values()) {
      // So that a test that guesses passwords makes nobody wait.
      assertEquals(200, who.http().get("/jolokia/version").status());
    }
  }

  @AfterAll
  static void stop() throws Exception {
    open.close();
    closed.close();
    registry.close();
    for (ObjectName name : REGISTERED) {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
    }
    REGISTERED.clear();
  }

  @AfterEach
  void nothingHasHappened() {
    Map<String, Long> counters = Map.copyOf(registry.counters);
    registry.counters.clear();
    assertEquals(Map.of(), counters);
    assertFalse(touched);
  }

  private static void assertForbidden(String what, Http.Response answer) {
    long status = answer.status() == 200 ? answer.jsonStatus() : answer.status();
    assertEquals(403, status, what + " -> " + answer.body());
    assertTrue(answer.body().contains("Forbidden: "), what + " -> " + answer.body());
    assertFalse(answer.body().contains("secret"), what + " -> " + answer.body());
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  @ParameterizedTest
  @EnumSource
  void configurationContextOfTheStockAgentIsNotThere(Who who) throws Exception {
    for (String path : List.of("/config", "/jolokia/config", "/config/x", "/configXYZ")) {
      int nobody = who.stranger().post(path, "{\"type\":\"config\"}").status();
      assertTrue(nobody >= 400 && nobody < 500, path + " without a login: " + nobody);
      int known = who.http().post(path, "{\"type\":\"config\",\"key\":\"debug\"}").status();
      assertEquals(path.startsWith("/jolokia") ? 403 : 404, known, path);
    }
    for (String path : List.of("config", "notification/register")) {
      String type = path.replaceFirst("/.*", "");
      String request = "{\"type\":\"" + type + "\",\"command\":\"register\"}";
      assertForbidden(request, who.http().post(request));
      assertForbidden(path, who.http().get("/jolokia/" + path));
    }
  }

  @ParameterizedTest
  @EnumSource
  void signatureOrSpaceHidesNoOperation(Who who) throws Exception {
    for (String operation :
        List.of("gc", "gc()", "gc(java.lang.String)", "gc(", " gc", "gc ", "GC", "gc()gc")) {
      String memory = "{'type':'exec','mbean':'java.lang:type=Memory','operation':'%s'}";
      assertForbidden(operation, who.http().post(json(memory.formatted(operation))));
    }
    assertForbidden("gc() by GET", who.http().get("/jolokia/exec/java.lang:type=Memory/gc()"));
    String above = who.role == Role.ADMIN ? "waitForTest" : "breakLock";
    for (String operation : List.of(above, above + "()", above + "(java.lang.String)")) {
      Http.Response answer = who.http().exec(operation, "a");
      boolean misfit = answer.status() == 400;
      if (!misfit) {
        assertForbidden(operation, answer);
      }
    }
    who.http().exec("getAllCounters()").value();
  }

  @ParameterizedTest
  @EnumSource
  void patternHidesNoMBean(Who who) throws Exception {
    for (String name :
        List.of(
            "java.lang:type=Mem*", "*:type=Memory", "java.*:type=Memory", "*:*", "?ava.lang:*")) {
      String request = json("{'type':'exec','mbean':'%s','operation':'gc'}".formatted(name));
      assertForbidden(name, who.http().post(request));
      String path = "/jolokia/exec/" + name.replace("?", "%3F") + "/gc";
      assertForbidden(path, who.http().get(path));
    }
    String ours = INCREMENT.replace("namespace=test", "*");
    assertNotEquals(INCREMENT, ours);
    assertForbidden("pattern of our own", who.http().post(ours));
  }

  @ParameterizedTest
  @EnumSource
  void proxyTargetIsNeverConnectedTo(Who who) throws Exception {
    try (ServerSocket ldap = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String url = "service:jmx:rmi:///jndi/ldap://127.0.0.1:" + ldap.getLocalPort() + "/x";
      String target = "'target':{'url':'" + url + "'}";
      String read = "'type':'read','mbean':'" + NAME + "','attribute':'CounterCount'";
      for (String request :
          List.of(
              "{" + read + "," + target + "}",
              "{" + read + ",'options':{" + target + "}}",
              "{'type':'list'," + target + "}",
              "{'type':'search','mbean':'*:*'," + target + "}",
              "{'type':'version'," + target + "}",
              "{'type':'read','mbean':'proxy@" + NAME + "','attribute':'CounterCount'}")) {
        assertForbidden(request, who.http().post(json(request)));
        assertForbidden(request, who.http().post("[" + json(request) + "," + INCREMENT + "]"));
      }
      ldap.setSoTimeout(50);
      Assertions.assertThrows(SocketTimeoutException.class, ldap::accept);
    }
  }

  @ParameterizedTest
  @EnumSource
  void pageOfAnotherSiteForgesNoRequest(Who who) throws Exception {
    byte[] body = INCREMENT.getBytes(Answer.UTF_8);
    for (String type :
        List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; a=b")) {
      Http form = who.http().with("Content-Type: " + type);
      assertEquals(415, form.send("POST", "/jolokia", body).status(), type);
    }
    assertEquals(415, who.http().send("POST", "/jolokia", body).status());
    // An image, a frame or a link: by GET, and the browser says so or names where it comes from.
    for (String header :
        List.of(
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Dest: image",
            "Sec-Fetch-Mode: navigate",
            "Referer: http://evil.example/",
            "Origin: http://evil.example",
            "Origin: null")) {
      assertForbidden(header, who.http().with(header).get(GET_INCREMENT));
    }
  }

  @ParameterizedTest
  @EnumSource
  void noOriginIsToldThatItMayRead(Who who) throws Exception {
    String own = "127.0.0.1:" + who.endpoint().url().getPort();
    for (String origin :
        List.of("http://" + own, "http://evil.example", "null", "https://" + own, "*")) {
      for (String method : List.of("GET", "OPTIONS")) {
        Http request =
            who.http().with("Origin: " + origin).with("Access-Control-Request-Method: POST");
        Http.Response answer = request.send(method, "/jolokia/version", new byte[0]);
        assertNull(answer.headers().get("access-control-allow-origin"), origin);
        assertNull(answer.headers().get("access-control-allow-credentials"), origin);
        boolean isOwn = origin.equals("http://" + own);
        int expected = isOwn ? (method.equals("GET") ? 200 : 405) : 403;
        assertEquals(expected, answer.status(), method + " from " + origin);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nameThatWasReboundToThisMachineIsMisdirected(Who who) throws Exception {
    int port = who.endpoint().url().getPort();
    for (String host :
        List.of("evil.example:" + port, "127.0.0.1.evil.example", "localhost.:" + port, "0", "")) {
      assertEquals(421, who.http().host(host).post(INCREMENT).status(), host);
      assertEquals(421, who.http().host(host).get(GET_INCREMENT).status(), host);
      assertEquals(421, who.http().host(host).get("/").status(), host);
    }
  }

  @ParameterizedTest
  @EnumSource
  void answerIsNeverAScriptOrAPage(Who who) throws Exception {
    for (String type : List.of("text/html", "application/javascript", "image/svg%2Bxml", "a/b")) {
      String path = "/jolokia/read/" + NAME + "/%3Cscript%3E?mimeType=" + type;
      Http.Response answer = who.http().get(path);
      String sent = answer.headers().get("content-type");
      assertTrue(sent.matches("(application/json|text/plain); ?charset=utf-8"), sent);
      assertEquals("nosniff", answer.headers().get("x-content-type-options"));
    }
    for (String callback : List.of("callback=alert", "callback=", "x=y&%63allback=alert")) {
      Http.Response answer = who.http().get("/jolokia/version?" + callback);
      assertEquals(400, answer.status(), callback);
      assertFalse(answer.body().startsWith("alert"), answer.body());
    }
  }

  @ParameterizedTest
  @EnumSource
  void mBeansThatRunCodeOrWriteFilesAreOutOfReach(Who who) throws Exception {
    List<String> requests = new ArrayList<>();
    for (String name : DANGEROUS) {
      String start = "{'mbean':'" + name + "','type':";
      requests.add(start + "'read'}");
      requests.add(start + "'read','attribute':'Secret'}");
      requests.add(start + "'read','attribute':['Secret','x']}");
      requests.add(start + "'write','attribute':'Secret','value':'/tmp/x.jsp'}");
      requests.add(start + "'exec','operation':'run','arguments':['http://evil.example/']}");
      requests.add(start + "'exec','operation':'run(java.lang.String)','arguments':['file:///x']}");
    }
    requests.add(
        "{'type':'exec','mbean':'com.sun.management:type=DiagnosticCommand',"
            + "'operation':'jvmtiAgentLoad','arguments':[['/tmp/x.so']]}");
    requests.add(
        "{'type':'exec','mbean':'com.sun.management:type=HotSpotDiagnostic',"
            + "'operation':'dumpHeap','arguments':['/tmp/never.hprof',true]}");
    requests.add(
        "{'type':'exec','mbean':'jdk.management.jfr:type=FlightRecorder',"
            + "'operation':'newRecording'}");
    for (String request : requests) {
      assertForbidden(request, who.http().post(json(request)));
    }
    for (String path : List.of("list", "list?maxDepth=9", "search/*:*")) {
      String seen = who.http().get("/jolokia/" + path).body();
      assertFalse(seen.matches("(?s).*(evil|MLet|logback|log4j2|Catalina|UserDatabase).*"), seen);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theJvmCanOnlyBeLookedAt(Who who) throws Exception {
    for (String request :
        List.of(
            "{'type':'exec','mbean':'java.lang:type=Threading','operation':'dumpAllThreads',"
                + "'arguments':[true,true]}",
            "{'type':'write','mbean':'java.lang:type=Memory','attribute':'Verbose','value':true}",
            "{'type':'read','mbean':'java.lang:type=Runtime','attribute':'SystemProperties'}",
            "{'type':'read','mbean':'java.lang:type=Runtime','attribute':'InputArguments'}",
            "{'type':'read','mbean':'java.lang:type=Runtime','attribute':'ClassPath'}",
            "{'type':'read','mbean':'java.lang:type=Runtime'}",
            "{'type':'read','mbean':'java.lang:*'}",
            "{'type':'read','mbean':'java.lang:type=ClassLoading','attribute':'Verbose'}",
            "{'type':'read','mbean':'JMImplementation:type=MBeanServerDelegate'}",
            "{'type':'exec','mbean':'com.sun.management:type=DiagnosticCommand',"
                + "'operation':'vmSystemProperties'}",
            "{'type':'exec','mbean':'com.sun.management:type=HotSpotDiagnostic',"
                + "'operation':'dumpHeap','arguments':['/tmp/never.hprof',true]}",
            "{'type':'exec','mbean':'java.util.logging:type=Logging',"
                + "'operation':'setLoggerLevel','arguments':['','OFF']}")) {
      assertForbidden(request, who.http().post(json(request)));
    }
    Http.Response ignoring =
        who.http()
            .post("/jolokia?ignoreErrors=true", "{\"type\":\"read\",\"mbean\":\"java.lang:*\"}");
    assertFalse(ignoring.body().contains("java.version"), ignoring.body());
  }

  @ParameterizedTest
  @EnumSource
  void guessingAPasswordHasToWaitAndOpensNothing(Who who) throws Exception {
    int last = 0;
    for (int i = 0; i < 7; i++) {
      last = who.stranger().as(who.user(), "guess" + i).exec("breakLock", "a").status();
    }
    // Without users there is no password to guess, and a guess makes nobody an administrator.
    assertEquals(who == Who.ANONYMOUS ? 200 : 429, last);
    assertEquals(200, who.http().get("/jolokia/version").status(), "who is known does not wait");
  }

  @ParameterizedTest
  @EnumSource
  void nobodyGetsFurtherThanTheRole(Who who) throws Exception {
    Map<Role, List<String>> requests =
        Map.of(
            Role.VIEWER, List.of(execJson("getAllCounters"), execJson("findCounters", "", "", 1)),
            Role.OPERATOR,
                List.of(execJson("get", "a"), execJson("set", "a", 1), execJson("getSet", "a", 2)),
            Role.ADMIN, List.of(execJson("breakLock", "a")));
    for (Role needed : Role.values()) {
      for (String request : requests.get(needed)) {
        Http.Response answer = who.http().post(request);
        if (who.role.compareTo(needed) >= 0) {
          answer.value();
        } else {
          assertForbidden(request, answer);
          assertEquals(Map.of(), registry.counters);
        }
      }
      registry.counters.clear();
    }
    assertForbidden("unnamed operation", who.http().exec("waitForTest"));
  }
}
