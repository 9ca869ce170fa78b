package io.sharedcounter.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sharedcounter.testing.JavaHomes;
import io.sharedcounter.testing.JavaProcess;
import java.io.IOException;
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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three server jars that are one cluster, each on another Java version than the one before. */
final class ClusterServersIT {
  private static final String MBEAN = "io.sharedcounter:type=CounterRegistry,namespace=seats";
  private static final String SELF_TEST = "0 5 5 10 15 16 18 19 24";
  private static final List<String> CALLS =
      List.of(
          "get/%s",
          "set/%s/5",
          "getSet/%s/10",
          "getSet/%s/15",
          "getIncrement/%s",
          "getIncrement/%s",
          "increment/%s",
          "increment/%s",
          "incrementBy/%s/5");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, JavaProcess> servers = new TreeMap<>();
  private final Map<String, String> urls = new TreeMap<>();

  @TempDir Path directory;

  @AfterEach
  void stop() {
    servers.values().forEach(JavaProcess::close);
  }

  @Test
  void eachOfThemPassesTheSelfTestOfTheAncestorThroughJolokiaAndSoDoAllInTurn() throws Exception {
    List<Path> homes = List.copyOf(JavaHomes.homes().values());
    List<String> names = List.of("a", "b", "c");
    String peers = peers(names);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Path config =
          Files.write(
              directory.resolve(name + ".properties"),
              List.of(
                  "http.port = 0",
                  "cluster.node = " + name,
                  "cluster.peers = " + peers,
                  "cluster.directory = " + directory.resolve(name),
                  "cluster.bootstrap = true",
                  "cluster.timeout = PT20S",
                  "namespace.seats = replicate"));
      List<String> command = List.of("-Xmx256m", "-jar", JavaProcess.serverJar());
      List<String> all = new ArrayList<>(command);
      all.addAll(List.of("--config", config.toString()));
      servers.put(name, JavaProcess.start(homes.get(i % homes.size()), all));
    }
    for (String name : names) {
      urls.put(name, servers.get(name).awaitOut("Jolokia"));
    }
    for (String name : names) {
      assertEquals(SELF_TEST, selfTest("of-" + name, List.of(name)), name);
    }
    assertEquals(SELF_TEST, selfTest("of-all", names));
    for (String name : names) {
      String body = get(urls.get(name) + "/exec/" + MBEAN + "/getAllCounters");
      Matcher counter = Pattern.compile("\"of-(\\w+)\":24\\b").matcher(body);
      List<String> counters = counter.results().map(found -> found.group(1)).sorted().toList();
      assertEquals(List.of("a", "all", "b", "c"), counters, body);
      assertQuiet(name);
    }
  }

  /** Ratis alone would log a hundred lines and more. */
  private void assertQuiet(String name) {
    List<String> log =
        servers.get(name).err().stream()
            .filter(line -> !line.startsWith("WARNING: ")) // Of Java 25, on the libraries' jars.
            .filter(line -> !line.matches("20\\S+ INFO \\[[a-z]+] .*"))
            .toList();
    assertEquals(List.of(), log, name);
  }

  /** Returns what the calls said, each made through the next one of these. */
  private String selfTest(String counter, List<String> through) throws Exception {
    List<String> said = new ArrayList<>();
    for (int i = 0; i < CALLS.size(); i++) {
      String url = urls.get(through.get(i % through.size()));
      said.add(value(get(url + "/exec/" + MBEAN + "/" + CALLS.get(i).formatted(counter))));
    }
    return String.join(" ", said);
  }

  private static String value(String json) {
    Matcher value = Pattern.compile("\"value\":(-?\\d+)").matcher(json);
    return value.find() ? value.group(1) : json;
  }

  private String get(String url) throws Exception {
    return http.sendAsync(
            HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30)).build(),
            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
        .get(60, TimeUnit.SECONDS)
        .body();
  }

  private static String peers(List<String> names) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<String> peers = new ArrayList<>();
    for (String name : names) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      peers.add(name + "@127.0.0.1:" + socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return String.join(", ", peers);
  }
}
