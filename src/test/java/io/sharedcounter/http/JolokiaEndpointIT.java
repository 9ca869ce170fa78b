package io.sharedcounter.http;

import static io.sharedcounter.http.Http.execJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a caller on this machine gets answered, without users. */
class JolokiaEndpointIT {
  private static final String NAME = FakeRegistry.NAME;

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
  }

  private Http http() {
    return new Http(endpoint.url());
  }

  private static final List<List<Object>> SELF_TEST =
      List.of(
          List.of("get", "bongo"),
          List.of("set", "bongo", 5L),
          List.of("getSet", "bongo", 10L),
          List.of("getSet", "bongo", 15L),
          List.of("getIncrement", "bongo"),
          List.of("getIncrement", "bongo"),
          List.of("increment", "bongo"),
          List.of("increment", "bongo"),
          List.of("incrementBy", "bongo", 5L));

  private static final List<Long> SELF_TEST_RESULTS =
      List.of(0L, 5L, 5L, 10L, 15L, 16L, 18L, 19L, 24L);

  @Test
  void selfTestByPost() throws Exception {
    List<Object> results = new ArrayList<>();
    for (List<Object> step : SELF_TEST) {
      Object[] arguments = step.subList(1, step.size()).toArray();
      results.add(http().exec((String) step.get(0), arguments).value());
    }
    assertEquals(SELF_TEST_RESULTS, results);
  }

  @Test
  void selfTestByGet() throws Exception {
    List<Object> results = new ArrayList<>();
    for (List<Object> step : SELF_TEST) {
      StringBuilder path = new StringBuilder("/jolokia/exec/" + NAME);
      step.forEach(part -> path.append('/').append(part));
      results.add(http().get(path.toString()).value());
    }
    assertEquals(SELF_TEST_RESULTS, results);
  }

  @Test
  void selfTestByBulk() throws Exception {
    List<String> bulk = new ArrayList<>();
    for (List<Object> step : SELF_TEST) {
      bulk.add(execJson((String) step.get(0), step.subList(1, step.size()).toArray()));
    }
    String body = http().post("[" + String.join(",", bulk) + "]").body();
    List<Object> results = new ArrayList<>();
    for (Object answer : (JSONArray) new JSONParser().parse(body)) {
      results.add(((JSONObject) answer).get("value"));
    }
    assertEquals(SELF_TEST_RESULTS, results);
  }

  @Test
  void callerIsTheOriginThatTheMBeanSees() throws Exception {
    assertEquals("http:anonymous", http().get("/jolokia/read/" + NAME + "/Origin").value());
  }

  @Test
  void refusalsOfTheMBeanAnswerWithItsText() throws Exception {
    Http.Response missing = http().exec("peek", "nobody");
    assertEquals("Not found: nobody", missing.error().replaceFirst("^.*? : ", ""));
    http().exec("set", "full", Long.MAX_VALUE);
    assertTrue(http().exec("increment", "full").error().endsWith("Overflow: full"));
    assertEquals(Long.MAX_VALUE, registry.counters.get("full"));
    assertFalse(missing.body().contains("stacktrace"), missing.body());
  }

  @Test
  void clientCannotAskForStackTraces() throws Exception {
    Http.Response answer =
        http()
            .post(
                "/jolokia?includeStackTrace=true&serializeException=true",
                execJson("peek", "nobody"));
    assertFalse(answer.body().contains("FakeRegistry"), answer.body());
    assertFalse(answer.body().contains("error_value"), answer.body());
  }

  @Test
  void allLongsAreExact() throws Exception {
    for (long value : new long[] {Long.MIN_VALUE, -1, (1L << 53) + 1, Long.MAX_VALUE}) {
      assertEquals(value, http().exec("set", "exact", value).value());
      assertEquals(value, http().exec("set", "exact", Long.toString(value)).value());
      String path = "/jolokia/exec/" + NAME + "/set/exact/" + value;
      assertEquals(value, http().get(path).value());
    }
  }

  @Test
  void textPathWritesLongsAsTextWhateverTheClientAsks() throws Exception {
    String set = execJson("set", "big", Long.MAX_VALUE);
    String max = Long.toString(Long.MAX_VALUE);
    assertEquals(max, http().post("/jolokia-text", set).value());
    assertEquals(max, http().post("/jolokia-text?serializeLong=number", set).value());
    String config = set.replaceFirst("\\{", "{\"config\":{\"serializeLong\":\"number\"},");
    assertEquals(max, http().post("/jolokia-text", config).value());
    assertEquals(max, http().get("/jolokia-text/exec/" + NAME + "/get/big").value());
  }

  @Test
  void numberPathWritesLongsAsNumbersWhateverTheClientAsks() throws Exception {
    String set = execJson("set", "big", Long.MAX_VALUE);
    assertEquals(Long.MAX_VALUE, http().post("/jolokia?serializeLong=string", set).value());
    String config = set.replaceFirst("\\{", "{\"config\":{\"serializeLong\":\"string\"},");
    assertEquals(Long.MAX_VALUE, http().post(config).value());
  }

  @Test
  void namesOutsideAsciiArriveUnchanged() throws Exception {
    String name = "ünï/日本 😀+%\"";
    assertEquals(1L, http().exec("increment", name).value());
    assertEquals("[" + name + "]", registry.counters.keySet().toString());
    String escaped = "%C3%BCn%C3%AF!%2F%E6%97%A5%E6%9C%AC%20%F0%9F%98%80+%25%22";
    assertEquals(2L, http().get("/jolokia/exec/" + NAME + "/increment/" + escaped).value());
    Object all = http().exec("getAllCounters").value();
    assertEquals(java.util.Map.of(name, 2L), all);
  }

  private void fill(int counters) {
    for (int i = 0; i < counters; i++) {
      registry.counters.put("n".repeat(200) + i, (long) i);
    }
  }

  @Test
  void bulkWhoseAnswerIsFullRunsNoFurtherAndSaysSo() throws Exception {
    fill(5_000); // One MB of JSON.
    List<String> bulk = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      bulk.add(execJson("increment", "a"));
      bulk.add(execJson("getAllCounters"));
    }
    JSONArray answers =
        (JSONArray) new JSONParser().parse(http().post("[" + String.join(",", bulk) + "]").body());
    assertEquals(24, answers.size());
    long last = 0;
    for (int i = 0; i < 24; i += 2) {
      JSONObject increment = (JSONObject) answers.get(i);
      if (increment.get("value") == null) {
        assertTrue(increment.get("error").toString().contains("Limit: "), increment::toString);
      } else {
        assertEquals(++last, increment.get("value"));
      }
    }
    assertEquals(last, registry.counters.get("a"));
    assertTrue(last >= 7 && last <= 9, "ran " + last);
  }

  @Test
  void whoAsksForAllCountersAndGoesAwayHindersNobody() throws Exception {
    fill(20_000);
    for (int i = 0; i < 10; i++) {
      try (java.net.Socket socket = http().open()) {
        String head = "GET /jolokia/exec/" + NAME + "/getAllCounters HTTP/1.1\r\nHost: localhost";
        socket.getOutputStream().write((head + "\r\n\r\n").getBytes(Answer.UTF_8));
        socket.setSoLinger(true, 0);
      }
    }
    Object all = http().exec("getAllCounters").value();
    assertEquals(20_000, ((java.util.Map<?, ?>) all).size());
  }

  @Test
  void unescapedBytesInAPathAreTheTextTheyAre() throws Exception {
    assertEquals(1L, http().get("/jolokia/exec/" + NAME + "/increment/ünï").value());
    assertEquals("[ünï]", registry.counters.keySet().toString());
  }

  @Test
  void starIsAPatternAndNotNothing() throws Exception {
    Object found = http().get("/jolokia/exec/" + NAME + "/findCounters/*/%5Bnull%5D/10").value();
    assertEquals(java.util.Map.of("pattern=* after=null", 10L), found);
  }

  @Test
  void answersAreNeitherStoredNorSniffed() throws Exception {
    Http.Response answer = http().get("/jolokia/version");
    assertEquals("no-store", answer.headers().get("cache-control"));
    assertEquals("nosniff", answer.headers().get("x-content-type-options"));
    assertEquals("application/json; charset=utf-8", answer.headers().get("content-type"));
  }

  @Test
  void javaLangIsReadableAndNothingElseIsListed() throws Exception {
    assertTrue(
        http().get("/jolokia/read/java.lang:type=Memory/HeapMemoryUsage/used").status() == 200);
    http().get("/jolokia/read/java.lang:type=Runtime/Uptime").value();
    http().get("/jolokia/read/java.lang:type=Threading/ThreadCount").value();
    http().get("/jolokia/read/java.lang:type=OperatingSystem/AvailableProcessors").value();
    http().get("/jolokia/read/java.lang:name=*,type=GarbageCollector/CollectionCount").value();
    JSONObject list = (JSONObject) http().get("/jolokia/list").value();
    assertEquals(java.util.Set.of("io.sharedcounter", "java.lang"), list.keySet());
    for (String name : ((JSONObject) list.get("java.lang")).keySet()) {
      assertTrue(
          name.matches(".*type=(Memory|Runtime|Threading|OperatingSystem|GarbageCollector).*"),
          name);
    }
    for (Object name : (JSONArray) http().get("/jolokia/search/*:*").value()) {
      assertTrue(((String) name).matches("(io.sharedcounter|java.lang):.*"), name.toString());
    }
  }

  @Test
  void keepsTheConnectionForFurtherRequests() throws Exception {
    try (java.net.Socket socket = http().open()) {
      for (int i = 1; i <= 3; i++) {
        String body = execJson("increment", "kept");
        String head =
            "POST /jolokia HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: ";
        socket
            .getOutputStream()
            .write((head + body.length() + "\r\n\r\n" + body).getBytes(Answer.UTF_8));
        assertEquals((long) i, Http.read(socket.getInputStream()).value());
      }
    }
  }
}
