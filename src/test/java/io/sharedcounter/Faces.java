package io.sharedcounter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sharedcounter.core.CounterPage;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.http.PasswordHash;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.jolokia.json.parser.ParseException;

/** One namespace as it is called in the process, over JMX and over HTTP. Thread-safe. */
final class Faces implements AutoCloseable {
  final SharedCounters counters;
  final CounterRegistry registry;
  final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  final ObjectName mbean;
  private final Path users;
  private final URI url;
  private final HttpClient http = HttpClient.newHttpClient();

  /** Opens the namespace; over HTTP it is called by an administrator. */
  Faces(SharedCountersConfig.Builder config, String namespace) throws IOException {
    users = Files.createTempFile("sharedcounter-faces", ".users");
    Files.writeString(users, "root = admin " + PasswordHash.of("secret".toCharArray()) + "\n");
    counters = SharedCounters.open(config.httpPort(0).httpUsers(users).build());
    registry = counters.namespace(namespace);
    url = counters.jolokiaUrl().orElseThrow();
    try {
      mbean = new ObjectName("io.sharedcounter:type=CounterRegistry,namespace=" + namespace);
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    counters.close();
    Files.delete(users);
  }

  /** Calls the operation of that MBean name in the process; empty if there is none there. */
  Optional<Object> inProcess(String operation, Object... arguments) {
    String name = arguments.length == 0 ? "" : (String) arguments[0];
    return Optional.ofNullable(
        switch (operation) {
          case "get" -> registry.get(name);
          case "set" -> registry.set(name, (Long) arguments[1]);
          case "getSet" -> registry.getSet(name, (Long) arguments[1]);
          case "increment" -> registry.increment(name);
          case "incrementBy" -> registry.increment(name, (Long) arguments[1]);
          case "getIncrement" -> registry.getIncrement(name);
          case "getIncrementBy" -> registry.getIncrement(name, (Long) arguments[1]);
          case "compareAndSet" ->
              registry.compareAndSet(name, (Long) arguments[1], (Long) arguments[2]);
          case "remove" -> registry.remove(name);
          case "lockCounter" ->
              registry.lockCounter(name, Duration.ofMillis((Long) arguments[1])).token();
          case "unlockCounter" -> {
            registry.unlockCounter(name, (String) arguments[1]);
            yield "unlocked";
          }
          case "findCounters" -> page(arguments);
          default -> null;
        });
  }

  private CounterPage page(Object... arguments) {
    int limit = Math.toIntExact(Math.max(-1, Math.min(20_000, (Long) arguments[2])));
    return registry.findCounters((String) arguments[0], (String) arguments[1], limit);
  }

  /** Calls the operation over JMX; throws what the MBean throws. */
  Object overJmx(String operation, Object... arguments) throws JMException {
    try {
      return server.invoke(mbean, operation, arguments, null);
    } catch (RuntimeMBeanException e) {
      throw e.getTargetException();
    }
  }

  /** Returns what Jolokia answers to the operation by POST: a JSON object. */
  JSONObject byPost(String operation, Object... arguments) throws IOException {
    return (JSONObject) answer(post(exec(operation, arguments)));
  }

  /** Returns what Jolokia answers to the operation, sent as the second of a bulk. */
  JSONObject inBulk(String operation, Object... arguments) throws IOException {
    String bulk = "[{\"type\":\"version\"}," + exec(operation, arguments) + "]";
    return (JSONObject) ((JSONArray) answer(post(bulk))).get(1);
  }

  /** Returns what Jolokia answers to the operation by GET. */
  JSONObject byGet(String operation, Object... arguments) throws IOException {
    StringBuilder path = new StringBuilder("/exec/" + mbean + "/" + operation);
    for (Object argument : arguments) {
      path.append('/').append(escaped(argument.toString()));
    }
    return (JSONObject) answer(send(HttpRequest.newBuilder(URI.create(url + path.toString()))));
  }

  /** Returns the text as an element of a path: Jolokia's escapes, then those of URLs. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : text.replace("!", "!!").replace("/", "!/").getBytes(UTF_8)) {
      escaped.append(String.format(Locale.ROOT, "%%%02X", b));
    }
    return escaped.toString();
  }

  /** Returns the HTTP answer to a body. */
  HttpResponse<String> post(String body) throws IOException {
    return send(
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body, UTF_8)));
  }

  /** Returns the request that calls the operation, by hand: Jolokia's writer has its faults. */
  String exec(String operation, Object... arguments) {
    List<String> written = new ArrayList<>();
    for (Object argument : arguments) {
      written.add(argument instanceof String text ? quoted(text) : argument.toString());
    }
    return "{\"type\":\"exec\",\"mbean\":\"%s\",\"operation\":\"%s\",\"arguments\":[%s]}"
        .formatted(mbean, operation, String.join(",", written));
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              boolean isPlain = c >= ' ' && c != '"' && c != '\\' && (c < 0xd800 || c > 0xdfff);
              json.append(isPlain ? Character.toString(c) : "\\u%04x".formatted(c));
            });
    return json.append('"').toString();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      String login = Base64.getEncoder().encodeToString("root:secret".getBytes(UTF_8));
      return http.send(
          request.header("Authorization", "Basic " + login).timeout(Duration.ofSeconds(20)).build(),
          HttpResponse.BodyHandlers.ofString(UTF_8));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static Object answer(HttpResponse<String> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    try {
      return new JSONParser().parse(response.body());
    } catch (ParseException e) {
      throw new AssertionError(response.body(), e);
    }
  }
}
