package io.sharedcounter.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every example as its README says, and reads what it prints. */
@Tag("slow")
class ExamplesIT {
  private static final Path EXAMPLES = Path.of("examples");
  private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/jolokia\\b");

  @TempDir private static Path directory;
  private static Process server;
  private static String url;

  @BeforeAll
  static void startServer() throws IOException {
    List<String> command = new ArrayList<>(List.of(java(), "-jar"));
    command.add(System.getProperty("sharedcounter.serverJar"));
    command.addAll(List.of("--port", "0"));
    server =
        new ProcessBuilder(command).redirectError(directory.resolve("server.err").toFile()).start();
    url = urlPrintedBy(server);
  }

  @AfterAll
  static void stopServer() throws InterruptedException {
    server.destroy();
    assertTrue(server.waitFor(20, TimeUnit.SECONDS), "the server ignores SIGTERM");
  }

  @Test
  void countersInsideAnApplication() throws Exception {
    assertEquals(
        """
        ids given: 10000, the last is 10000
        sold: 100, seats taken: 100
        {rows.done=19980, rows.failed=20, rows.total=20000}
        """,
        run("in-process"));
  }

  @Test
  void anApplicationBesideItsOwnServer() throws Exception {
    assertEquals("visitor 1\nvisitor 2\nvisitor 3\n", run("beside-your-server"));
  }

  @Test
  void aJmxClientThatKnowsNoneOfOurClasses() throws Exception {
    assertEquals(
        "jmx-example = 42\nits own MBean says 42\n",
        run("jmx-client", Long.toString(server.pid())));
  }

  @Test
  void curl() throws Exception {
    String printed = run("jolokia-curl", url);
    assertTrue(printed.contains("\"value\":42"), printed);
    assertTrue(printed.contains("\"curl/example\":43"), printed);
    assertTrue(printed.contains("\"curl-example\":1"), printed);
  }

  @Test
  void python() throws Exception {
    String printed = run("jolokia-python", url);
    assertTrue(printed.startsWith("now 9223372036854775807\nrefused: "), printed);
    assertTrue(printed.contains("Overflow: zähler is 9223372036854775807, adding 1"), printed);
    assertTrue(printed.endsWith("\nstill 9223372036854775807\n"), printed);
  }

  @Test
  void jolokiasJavaClient() throws Exception {
    assertEquals("java-example = 42\nthere are counters: true\n", run("jolokia-java", url));
  }

  @Test
  void threeNodesWhoseLeaderIsKilled() throws Exception {
    assertEquals(
        """
        through a: 1
        through b: 2
        through c: 3
        the leader is killed
        through another: 4
        through another: 5
        it is back
        through it: 6
        "value":{"taken":6}
        "value":{"taken":6}
        "value":{"taken":6}
        """,
        run("three-nodes"));
  }

  @Test
  void aPageOnTheSameOrigin() throws Exception {
    Process page =
        start(List.of("bash", EXAMPLES.resolve("browser-page/run.sh").toString(), "0"), "page");
    try {
      String pageUrl = urlPrintedBy(page);
      run("jolokia-curl", pageUrl);
      String rendered = render(pageUrl.replace("/jolokia", "/"));
      assertTrue(rendered.contains("<td>curl/example</td><td>43</td>"), rendered);
    } finally {
      page.destroy();
      assertTrue(page.waitFor(20, TimeUnit.SECONDS), "the server ignores SIGTERM");
    }
  }

  /** Returns the page as a browser shows it once its script has run. */
  private static String render(String address) throws Exception {
    return run(
        List.of(
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--user-data-dir=" + directory.resolve("browser"),
            "--virtual-time-budget=3000",
            "--dump-dom",
            address),
        "chromium");
  }

  private static String run(String example, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash"));
    command.add(EXAMPLES.resolve(example).resolve("run.sh").toString());
    command.addAll(List.of(arguments));
    return run(command, example);
  }

  private static String run(List<String> command, String name) throws Exception {
    Process process = start(command, name);
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> name + " does not end");
    Path errors = directory.resolve(name + ".err");
    assertEquals(0, process.exitValue(), () -> printed + read(errors));
    return printed;
  }

  private static Process start(List<String> command, String name) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    String path = Path.of(java()).getParent() + File.pathSeparator + System.getenv("PATH");
    builder.environment().put("PATH", path);
    return builder.redirectError(directory.resolve(name + ".err").toFile()).start();
  }

  private static String urlPrintedBy(Process process) throws IOException {
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder seen = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher matcher = URL.matcher(line);
      if (matcher.find()) {
        return matcher.group();
      }
      seen.append(line).append('\n');
    }
    throw new AssertionError("no URL printed, but:\n" + seen);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
