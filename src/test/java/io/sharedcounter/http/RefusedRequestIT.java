package io.sharedcounter.http;

import static io.sharedcounter.http.Http.execJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are refused as a whole, nothing having changed. */
class RefusedRequestIT {
  private FakeRegistry registry;
  private JolokiaEndpoint endpoint;

  @BeforeEach
  void start() throws Exception {
    registry = new FakeRegistry();
    endpoint = JolokiaEndpoint.start(HttpSettings.local("127.0.0.1", 0));
  }

  @AfterEach
  void stop() throws Exception {
    registry.close();
    endpoint.close();
    assertEquals(java.util.Map.of(), registry.counters);
  }

  private Http http() {
    return new Http(endpoint.url());
  }

  private static final String INCREMENT = execJson("increment", "a");

  private static String exec(String operation, String arguments) {
    return "{\"type\":\"exec\",\"mbean\":\""
        + FakeRegistry.NAME
        + "\",\"operation\":\""
        + operation
        + "\",\"arguments\":"
        + arguments
        + "}";
  }

  private static final List<String> MISFITS =
      List.of(
          exec("set", "[\"a\",1.5]"),
          exec("set", "[\"a\",1.0]"),
          exec("set", "[\"a\",1e3]"),
          exec("set", "[\"a\",\"1.5\"]"),
          exec("set", "[\"a\",\"\"]"),
          exec("set", "[\"a\",\" 1\"]"),
          exec("set", "[\"a\",\"+1\"]"),
          exec("set", "[\"a\",\"٣\"]"),
          exec("set", "[\"a\",\"abc\"]"),
          exec("set", "[\"a\",null]"),
          exec("set", "[\"a\",true]"),
          exec("set", "[\"a\",{}]"),
          exec("set", "[\"a\",[1]]"),
          exec("set", "[\"a\",9223372036854775808]"),
          exec("set", "[\"a\",-9223372036854775809]"),
          exec("set", "[\"a\",\"9223372036854775808\"]"),
          exec("set", "[\"a\"]"),
          exec("set", "[\"a\",1,2]"),
          exec("set", "[]"),
          exec("increment", "[{\"name\":\"a\"}]"),
          exec("increment", "[[\"a\"]]"),
          exec("increment", "[5]"),
          exec("increment", "\"a\""),
          exec("nonsense", "[\"a\"]"),
          exec("increment(long)", "[\"a\"]"),
          exec("increment()", "[\"a\"]"),
          INCREMENT.replaceFirst("\\{", "{\"path\":\"x/y\","),
          INCREMENT.replaceFirst("\\{", "{\"config\":{\"maxDepth\":\"abc\"},"),
          INCREMENT.replaceFirst("\\{", "{\"config\":5,"),
          "{\"type\":\"exec\"}",
          "{\"type\":5}",
          "{}",
          "{\"type\":\"exec\",\"mbean\":\"not a name\",\"operation\":\"x\"}",
          exec("increment", "[\"[null]\"]"),
          exec("increment", "[\"\\\"\\\"\"]"),
          exec("set", "[\"a\",0001]"),
          exec("set", "[\"a\" 1]"),
          exec("set", "[\"a\",," + "1]"),
          exec("increment", "[\"a\"],\"arguments\":[\"a\"]"),
          exec("increment", "[\"a\"],\"\\u006fperation\":\"increment\""),
          exec("increment", "[\"a\"],\"x\":" + "[".repeat(100_000) + "]".repeat(100_000)),
          exec("increment", "[\"a\"],\"config\":" + deepObject(100_000)),
          exec("increment", "[\"a\"]") + "x",
          "[" + INCREMENT + ",," + INCREMENT + "]",
          "[" + INCREMENT + INCREMENT + "]",
          "[" + INCREMENT + ",]",
          "[" + INCREMENT,
          "[".repeat(1_000_000),
          "5",
          "null",
          "[5]",
          "{\"type\":",
          "");

  private static String deepObject(int depth) {
    return "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
  }

  @Test
  void requestThatDoesNotFitIsABadRequest() throws Exception {
    for (String misfit : MISFITS) {
      Http.Response answer = http().post(misfit);
      assertEquals(400, answer.status(), misfit + " -> " + answer.body());
      assertEquals("text/plain; charset=utf-8", answer.headers().get("content-type"));
    }
  }

  @Test
  void oneMisfitRefusesTheWholeBulkBeforeAnythingRuns() throws Exception {
    for (String misfit : MISFITS) {
      String bulk = "[" + INCREMENT + "," + misfit + "," + INCREMENT + "]";
      assertEquals(400, http().post(bulk).status(), bulk);
    }
  }

  @Test
  void numberOfAMillionDigitsCostsNoTime() throws Exception {
    long start = System.nanoTime();
    assertEquals(400, http().post(exec("set", "[\"a\"," + "9".repeat(1_000_000) + "]")).status());
    // Jolokia's parser alone takes 20 seconds.
    assertTrue(System.nanoTime() - start < 5_000_000_000L);
  }

  @Test
  void misfitsByGetAreBadRequests() throws Exception {
    String path = "/jolokia/exec/" + FakeRegistry.NAME;
    for (String rest :
        List.of("/set/a/1.5", "/set/a/1/2", "/set/a", "/nonsense/a", "/increment/a/b", "")) {
      assertEquals(400, http().get(path + rest).status(), rest);
    }
    assertEquals(400, http().get("/jolokia/nonsense").status());
    assertEquals(400, http().get(path + "/increment/%ff").status());
    assertEquals(400, http().get("/jolokia?p=exec/" + FakeRegistry.NAME + "/get/a").status());
    assertEquals(400, http().get("/jolokia/version?callback=f").status());
  }

  @Test
  void messagesOutsideAsciiAreWhole() throws Exception {
    Http.Response answer = http().post(exec("ünï日本😀", "[]"));
    assertEquals(400, answer.status());
    assertTrue(answer.body().contains("'ünï日本😀'"), answer.body());
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws Exception {
    byte[] latin1 =
        execJson("increment", "ü").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    Http request = http().with("Content-Type: application/json");
    assertEquals(400, request.send("POST", "/jolokia", latin1).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=latin1",
        "application/jsonp"
      })
  void postThatIsNotJsonIsRefused(String type) throws Exception {
    Http request = http().with("Content-Type: " + type);
    assertEquals(415, request.send("POST", "/jolokia", INCREMENT.getBytes(Answer.UTF_8)).status());
  }

  @Test
  void postWithoutATypeIsRefused() throws Exception {
    assertEquals(415, http().send("POST", "/jolokia", INCREMENT.getBytes(Answer.UTF_8)).status());
  }

  @Test
  void bodyOverOneMebibyteIsRefused() throws Exception {
    String most = " ".repeat((1 << 20) - INCREMENT.length());
    assertEquals(413, http().post(INCREMENT + most + " ").status());
    for (int i = 0; i < 20; i++) {
      assertEquals(413, http().post(INCREMENT + most.repeat(4)).status());
    }
    assertEquals(200, http().post("{\"type\":\"version\"}" + " ".repeat(1_000_000)).status());
  }

  @Test
  void bodyInChunksOverOneMebibyteIsRefused() throws Exception {
    try (java.net.Socket socket = http().open()) {
      String head =
          String.join(
              "\r\n",
              "POST /jolokia HTTP/1.1",
              "Host: localhost",
              "Content-Type: application/json",
              "Transfer-Encoding: chunked",
              "",
              "100001",
              "");
      socket.getOutputStream().write(head.getBytes(Answer.UTF_8));
      socket
          .getOutputStream()
          .write((" ".repeat(0x100001) + "\r\n0\r\n\r\n").getBytes(Answer.UTF_8));
      assertEquals(413, Http.read(socket.getInputStream()).status());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8778",
        "",
        "evil.example:127.0.0.1",
        "localhost:evil.example",
        "localhost:80:80",
        "[::1]evil.example",
        "[::1",
        "::1",
        "[::2]"
      })
  void hostThatIsNotOursIsMisdirected(String host) throws Exception {
    assertEquals(421, http().host(host).post(INCREMENT).status());
    assertEquals(421, http().host(host).get("/").status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:1234", "127.0.0.1", "[::1]:80"})
  void hostThatIsOursIsServed(String host) throws Exception {
    assertEquals(200, http().host(host).get("/jolokia/version").status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: http://evil.example",
        "Origin: null",
        "Origin: https://{host}",
        "Origin: http://localhost.evil.example",
        "Origin: http://{host}.evil.example",
        "Referer: http://evil.example/page",
        "Referer: http://{host}.evil.example/",
        "Referer: http://{host}@evil.example/",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site"
      })
  void pagesOfOthersAreRefused(String header) throws Exception {
    String sent = header.replace("{host}", "127.0.0.1:" + endpoint.url().getPort());
    assertEquals(403, http().with(sent).post(INCREMENT).status());
    assertEquals(403, http().with(sent).get("/jolokia/version").status());
  }

  @Test
  void ownPagesAreServedButChangeNothingByGet() throws Exception {
    String own = "http://127.0.0.1:" + endpoint.url().getPort();
    for (String header :
        List.of(
            "Origin: " + own,
            "Referer: " + own + "/page",
            "Sec-Fetch-Site: same-origin",
            "Sec-Fetch-Site: none")) {
      assertEquals(200, http().with(header).get("/jolokia/version").status(), header);
    }
    String get = "/jolokia/exec/" + FakeRegistry.NAME + "/increment/a";
    for (String header :
        List.of(
            "Sec-Fetch-Site: same-origin",
            "Sec-Fetch-Site: none",
            "Sec-Fetch-Mode: no-cors",
            "sec-fetch-dest: image")) {
      assertEquals(403, http().with(header).get(get).status(), header);
    }
  }

  @Test
  void noOtherOriginIsEverAllowed() throws Exception {
    Http.Response answer =
        http().with("Origin: http://127.0.0.1:" + endpoint.url().getPort()).get("/jolokia/version");
    assertEquals(null, answer.headers().get("access-control-allow-origin"));
    Http preflight =
        http().with("Origin: http://evil.example").with("Access-Control-Request-Method: POST");
    assertEquals(403, preflight.send("OPTIONS", "/jolokia", new byte[0]).status());
  }

  @ParameterizedTest
  @CsvSource({"PUT,405", "DELETE,405", "OPTIONS,405", "HEAD,405"})
  void otherMethodsAreNotAllowed(String method, int status) throws Exception {
    try (java.net.Socket socket = http().open()) {
      String head = method + " /jolokia HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(Answer.UTF_8));
      String text = new String(socket.getInputStream().readAllBytes(), Answer.UTF_8);
      assertTrue(text.startsWith("HTTP/1.1 " + status), text);
      assertTrue(text.contains("GET, POST"), text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/jolokiaXYZ",
        "/jolokia-textual/version",
        "/jolokiaXYZ/version",
        "/",
        "/favicon.ico",
        "/jolokia-",
        "//jolokia"
      })
  void otherPathsAreNotFound(String path) throws Exception {
    assertEquals(404, http().get(path).status());
  }
}
