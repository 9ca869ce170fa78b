package io.sharedcounter.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.http.PasswordHash;
import io.sharedcounter.testing.JavaProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server jar as a process of its own, as a newcomer starts it. */
final class ServerIT {
  private static final String MBEAN = "io.sharedcounter:type=CounterRegistry,namespace=default";
  private static final String SELF_TEST = "0 5 5 10 15 16 18 19 24";
  private static final List<List<Object>> SELF_TEST_CALLS =
      List.of(
          List.of("get", "bongo"),
          List.of("set", "bongo", 5),
          List.of("getSet", "bongo", 10),
          List.of("getSet", "bongo", 15),
          List.of("getIncrement", "bongo"),
          List.of("getIncrement", "bongo"),
          List.of("increment", "bongo"),
          List.of("increment", "bongo"),
          List.of("incrementBy", "bongo", 5));

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path directory;

  private String get(String url) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url)));
  }

  private String post(String url, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json; charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private String send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer =
        http.send(
            request.timeout(Duration.ofSeconds(20)).build(),
            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    assertEquals(200, answer.statusCode(), answer::body);
    return answer.body();
  }

  /** Returns the values of one answer, or of the answers of a bulk request, in order. */
  private static String values(String json) {
    Matcher value = Pattern.compile("\"value\":(-?\\d+)").matcher(json);
    return value.results().map(found -> found.group(1)).collect(Collectors.joining(" "));
  }

  private static String body(List<Object> call) {
    String arguments =
        call.stream()
            .skip(1)
            .map(argument -> argument instanceof String ? "\"" + argument + "\"" : "" + argument)
            .collect(Collectors.joining(","));
    return "{\"type\":\"exec\",\"mbean\":\""
        + MBEAN
        + "\",\"operation\":\""
        + call.get(0)
        + "\",\"arguments\":["
        + arguments
        + "]}";
  }

  @Test
  void passesTheSelfTestOfTheAncestorByGetPostAndBulk() throws Exception {
    try (JavaProcess server = JavaProcess.startServer("--port", "0")) {
      String url = server.awaitOut("Jolokia");
      server.awaitOut("Stop");
      List<String> byGet = new ArrayList<>();
      List<String> byPost = new ArrayList<>();
      for (List<Object> call : SELF_TEST_CALLS) {
        String path = call.stream().map(Object::toString).collect(Collectors.joining("/"));
        int operationEnd = path.indexOf('/');
        byGet.add(
            values(
                get(
                    url
                        + "/exec/"
                        + MBEAN
                        + "/"
                        + path.substring(0, operationEnd)
                        + path.substring(operationEnd).replace("bongo", "by-get"))));
        byPost.add(values(post(url, body(call).replace("bongo", "by-post"))));
      }
      String bulk =
          SELF_TEST_CALLS.stream().map(ServerIT::body).collect(Collectors.joining(",", "[", "]"));
      assertEquals(SELF_TEST, String.join(" ", byGet));
      assertEquals(SELF_TEST, String.join(" ", byPost));
      assertEquals(SELF_TEST, values(post(url, bulk)));
    }
  }

  @Test
  void printsNamesAndACurlLineThatWorks() throws Exception {
    try (JavaProcess server =
        JavaProcess.startServer("--port", "0", "--namespace", "orders", "--namespace", "seats")) {
      String curl = server.awaitOut("Try");
      server.awaitOut("Stop");
      List<String> names =
          server.out().stream()
              .filter(line -> line.startsWith("MBean"))
              .map(l -> l.substring(9))
              .toList();
      assertEquals(
          List.of(
              "io.sharedcounter:type=CounterRegistry,namespace=orders",
              "io.sharedcounter:type=CounterRegistry,namespace=seats",
              "io.sharedcounter:type=SharedCounters"),
          names);
      Process shell = new ProcessBuilder("sh", "-c", curl).start();
      String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(shell.waitFor(20, TimeUnit.SECONDS));
      assertEquals("1", values(answer), answer);
    }
  }

  @Test
  void closesInOrderWhenItIsTerminated() throws Exception {
    try (JavaProcess server = JavaProcess.startServer("--port", "0")) {
      server.awaitOut("Stop");
      server.terminate();
      assertEquals(128 + 15, server.exitCode());
      String last = server.out().get(server.out().size() - 1);
      assertTrue(last.startsWith("closed sharedcounter@"), last);
      assertEquals(List.of(), withoutLog(server.err()));
    }
  }

  /** Each event of the log is one line with its subject; nothing else is written to stderr. */
  private static List<String> withoutLog(List<String> err) {
    return err.stream().filter(line -> !line.matches("20\\S+ INFO \\[[a-z]+] .*")).toList();
  }

  /** On a quiet machine, which those that run all tests seldom are. */
  @Test
  @Tag("long")
  void startsInTwoSeconds() throws Exception {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5 && best > 2_000_000_000L; i++) {
      long start = System.nanoTime();
      try (JavaProcess server = JavaProcess.startServer("--port", "0")) {
        server.awaitOut("Stop");
        best = Math.min(best, System.nanoTime() - start);
      }
    }
    assertTrue(best < 2_000_000_000L, "best of five: " + best / 1_000_000 + " ms");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --bla | Unknown option: '--bla'; see --help
          frobnicate | Unmatched argument at index 0: 'frobnicate'; see --help
          --port | Missing required parameter for option '--port' (PORT); see --help
          --port abc | Invalid value for option '--port': 'abc' is not an int; see --help
          --port 70000 | http.port = 70000 is not allowed; use 0 (any free one) to 65535
          --config none.properties | none.properties cannot be read: there is no such file
          --config / | / cannot be read: Is a directory
          --namespace Orders | namespace 'Orders' is not allowed; use [a-z0-9][a-z0-9_-]{0,63}
          hash-password alice root | unknown role 'root'; use viewer, operator or admin
          --namespace a=zip | feature 'zip' is not known; use archive, snapshot, serialize, replicate
          """)
  void saysInOneLineWhatIsWrongAndExitsWithTwo(String arguments, String why) throws Exception {
    assertFails("sharedcounter-server: " + why, arguments.split(" ", -1));
  }

  @Test
  void namesTheLineOfABadFile() throws Exception {
    Path file = Files.writeString(directory.resolve("bad.properties"), "# one\nhttp.port = x\n");
    assertFails(
        "sharedcounter-server: " + file + ":2: http.port: 'x' is not allowed; use a whole number",
        "--config",
        file.toString());
  }

  @Test
  void refusesAPortInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      try (JavaProcess server = JavaProcess.startServer("--port", port)) {
        assertEquals(2, server.exitCode());
        List<String> lines = withoutLog(server.err());
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains(port) && lines.get(0).contains("in use"), lines.get(0));
      }
    }
  }

  @Test
  void refusesToListenBeyondLoopbackWithoutUsersAndTls() throws Exception {
    try (JavaProcess server = JavaProcess.startServer("--host", "0.0.0.0", "--port", "0")) {
      assertEquals(2, server.exitCode());
      List<String> lines = withoutLog(server.err());
      assertEquals(1, lines.size(), lines::toString);
      assertTrue(lines.get(0).contains("http.users"), lines.get(0));
    }
  }

  private static void assertFails(String line, String... arguments) throws Exception {
    try (JavaProcess server = JavaProcess.startServer(arguments)) {
      assertEquals(2, server.exitCode(), () -> server.err().toString());
      assertEquals(List.of(line), server.err());
      assertEquals(List.of(), server.out());
    }
  }

  @Test
  void setsTheCommandLineOverTheFile() throws Exception {
    Path file =
        Files.write(
            directory.resolve("some.properties"),
            List.of(
                "http.port = 1", "instance = filed", "namespace.kept =", "namespace.x = archive"));
    try (JavaProcess server =
        JavaProcess.startServer(
            "serve", "--config", file.toString(), "--port", "0", "--namespace", "x")) {
      server.awaitOut("Stop");
      List<String> names = server.out().stream().filter(line -> line.startsWith("MBean")).toList();
      assertEquals(
          List.of(
              "MBean    io.sharedcounter:type=CounterRegistry,namespace=kept",
              "MBean    io.sharedcounter:type=CounterRegistry,namespace=x",
              "MBean    io.sharedcounter:type=SharedCounters,instance=filed"),
          names);
    }
  }

  @Test
  void helpsAndTellsItsVersion() throws Exception {
    try (JavaProcess help = JavaProcess.startServer("--help")) {
      assertEquals(0, help.exitCode());
      String text = String.join("\n", help.out());
      Stream.of("serve", "hash-password", "--config", "--host", "--port", "--data", "--namespace")
          .forEach(word -> assertTrue(text.contains(word), text));
    }
    try (JavaProcess version = JavaProcess.startServer("--version")) {
      assertEquals(0, version.exitCode());
      assertTrue(
          version.out().get(0).matches("sharedcounter \\d+\\.\\d+\\.\\d+.*"),
          version.out()::toString);
    }
  }

  @Test
  void hashesAPasswordThatIsPipedIn() throws Exception {
    try (JavaProcess command = JavaProcess.startServer("hash-password", "alice", "admin")) {
      command.type("schlüssel 1");
      assertEquals(0, command.exitCode(), () -> command.err().toString());
      String line = command.out().get(command.out().size() - 1);
      String hash = line.substring(line.indexOf("pbkdf2"));
      assertTrue(line.contains("alice = admin pbkdf2-sha256$210000$"), line);
      assertTrue(PasswordHash.parse(hash).matches("schlüssel 1".toCharArray()));
    }
  }

  @ParameterizedTest
  @CsvSource({"tr, TR, C", "ar, EG, C", "de, DE, C.UTF-8"})
  void worksInEveryLocale(String language, String country, String lcAll) throws Exception {
    List<String> arguments =
        List.of(
            "-Duser.language=" + language,
            "-Duser.country=" + country,
            "-jar",
            JavaProcess.serverJar(),
            "--port",
            "0");
    try (JavaProcess server = JavaProcess.start(arguments, Map.of("LC_ALL", lcAll))) {
      String url = server.awaitOut("Jolokia");
      server.awaitOut("Stop");
      assertTrue(url.matches("http://127\\.0\\.0\\.1:\\d+/jolokia"), url);
      String call = body(List.of("incrementBy", "tavşan İıÜ 😀", 41));
      assertEquals("41 42", values(post(url, call) + post(url, call.replace("41", "1"))));
      String all = post(url, body(List.of("getAllCounters")));
      assertTrue(all.contains("tavşan İıÜ 😀"), all);
      // Neither the digits nor the words of the language.
      assertEquals(List.of(), withoutLog(server.err()));
      assertTrue(!server.err().isEmpty());
    }
  }

  @Test
  void countsExactlyForManyClients() throws Exception {
    try (JavaProcess server = JavaProcess.startServer("--port", "0")) {
      String url = server.awaitOut("Jolokia");
      server.awaitOut("Stop");
      String call = body(List.of("increment", "hits"));
      List<Thread> clients =
          IntStream.range(0, 4)
              .mapToObj(i -> new Thread(() -> callOften(url, call), "test-client-" + i))
              .toList();
      clients.forEach(Thread::start);
      for (Thread client : clients) {
        client.join();
      }
      assertEquals("200", values(post(url, body(List.of("get", "hits")))));
    }
  }

  private void callOften(String url, String call) {
    for (int i = 0; i < 50; i++) {
      try {
        post(url, call);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }
}
