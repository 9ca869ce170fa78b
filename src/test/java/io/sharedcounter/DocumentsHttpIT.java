package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.http.PasswordHash;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Export and import over Jolokia: who may, and how. */
final class DocumentsHttpIT {
  private static final String MBEAN = "io.sharedcounter:type=CounterRegistry,namespace=orders";

  private final HttpClient http = HttpClient.newHttpClient();
  private SharedCounters counters;

  @BeforeEach
  void open(@TempDir Path directory) throws Exception {
    PasswordHash hash = PasswordHash.of("secret".toCharArray());
    Path users =
        Files.write(
            directory.resolve("users"),
            List.of("eve = viewer " + hash, "olga = operator " + hash, "ada = admin " + hash));
    counters =
        SharedCounters.open(
            SharedCountersConfig.builder()
                .httpPort(0)
                .httpUsers(users)
                .namespace(NamespaceConfig.builder("orders").serialize().build())
                .build());
    counters.namespace("orders").set("\u00fc \"1\"", Long.MAX_VALUE);
  }

  @AfterEach
  void close() {
    counters.close();
  }

  private String post(String user, String operation, String... arguments) throws Exception {
    StringBuilder body =
        new StringBuilder(
            "{\"type\":\"exec\",\"mbean\":\"" + MBEAN + "\",\"operation\":\"" + operation + "\"");
    body.append(",\"arguments\":[");
    for (int i = 0; i < arguments.length; i++) {
      body.append(i == 0 ? "\"" : ",\"")
          .append(arguments[i].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
          .append('"');
    }
    return send(
        user,
        HttpRequest.newBuilder(counters.jolokiaUrl().orElseThrow())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body + "]}")));
  }

  private String send(String user, HttpRequest.Builder request) throws Exception {
    String login =
        Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> answer =
        http.send(
            request
                .header("Authorization", "Basic " + login)
                .timeout(Duration.ofSeconds(20))
                .build(),
            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    return answer.statusCode() + " " + answer.body();
  }

  /** Returns the text that is the value of an answer; documents have only these escapes. */
  private static String value(String answer) {
    String start = answer.substring(answer.indexOf("\"value\":\"") + 9);
    StringBuilder text = new StringBuilder();
    for (int i = 0; start.charAt(i) != '"'; i++) {
      char c = start.charAt(i);
      if (c == '\\') {
        c = start.charAt(++i);
        if (c == 'u') {
          c = (char) Integer.parseInt(start.substring(i + 1, i + 5), 16);
          i += 4;
        } else if (c == 'n') {
          c = '\n';
        }
      }
      text.append(c);
    }
    return text.toString();
  }

  @Test
  void operatorsExportAndAdministratorsImport() throws Exception {
    assertTrue(post("eve", "exportCounters", "json").contains("Forbidden: "));
    String document = value(post("olga", "exportCounters", "json"));
    assertTrue(
        document.endsWith("{\"name\":\"\u00fc \\\"1\\\"\",\"value\":9223372036854775807}\n"));
    assertTrue(post("olga", "importCounters", document, "replace").contains("Forbidden: "));
    assertTrue(post("olga", "checkImport", document, "replace").contains("Forbidden: "));
    counters.namespace("orders").set("other", 1);
    assertEquals(
        "replace: 1 counters would change: 0 created, 0 set, 1 removed\nother: 1 -> absent\n",
        value(post("ada", "checkImport", document, "replace")));
    assertTrue(post("ada", "importCounters", document, "replace").contains("\"value\":1,"));
    assertEquals(1, counters.namespace("orders").count());
    String refused = post("ada", "importCounters", document, "add");
    assertTrue(refused.contains("Overflow: "), refused);
  }

  @Test
  void nobodyImportsByAnAddressAlone() throws Exception {
    URI address =
        URI.create(
            counters.jolokiaUrl().orElseThrow() + "/exec/" + MBEAN + "/importCounters/x/add");
    String answer = send("ada", HttpRequest.newBuilder(address));
    assertTrue(!answer.startsWith("200"), answer);
    assertTrue(answer.contains("POST"), answer);
  }

  @Test
  void aDocumentThatIsTooLargeIsSentToTheCommand() throws Exception {
    String answer = post("ada", "importCounters", "x".repeat(1 << 20), "add");
    assertTrue(answer.startsWith("413 "), answer);
    assertTrue(answer.contains("the command import"), answer);
  }
}
