package io.sharedcounter.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.NamespaceConfig;
import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import io.sharedcounter.archive.DataDirectory;
import io.sharedcounter.core.Durability;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands export and import. */
class DocumentCommandsTest {
  @TempDir Path data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private SharedCounters open() {
    return open(NamespaceConfig.builder("tickets").archive(Durability.POWER_LOSS));
  }

  private SharedCounters open(NamespaceConfig.Builder namespace) {
    return SharedCounters.open(
        SharedCountersConfig.builder().namespace(namespace.build()).dataDirectory(data).build());
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private int on(String command, String... more) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--data", data.toString(), "--namespace", "tickets"));
    all.addAll(List.of(more));
    return run(all.toArray(new String[0]));
  }

  private void assertFails(int exitCode, String why, int found) {
    assertEquals(exitCode, found, err.toString());
    assertTrue(err.toString().contains(why), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
  }

  @Test
  void aRunningServersNamespaceIsExportedAndAStoppedOneImportsIt() throws Exception {
    String json = data.resolve("tickets.json").toString();
    String csv = data.resolve("tickets.csv").toString();
    try (SharedCounters counters = open()) {
      counters.namespace("tickets").set("a", 41);
      counters.namespace("tickets").set("\u00fc", -1);
      assertEquals(0, on("export", json), err.toString());
      assertEquals(0, on("export", "--format", "csv", csv), err.toString());
      assertEquals("exported namespace tickets to " + csv, out.toString().strip());
      counters.namespace("tickets").increment("a");
      // Looking is allowed beside the server, changing is not.
      assertEquals(0, on("import", "--mode", "max", "--dry-run", json), err.toString());
      assertTrue(out.toString().startsWith("max: 0 counters would change"), out.toString());
      assertFails(2, "importCounters", on("import", "--mode", "max", json));
    }
    try (DataDirectory directory = DataDirectory.open(data)) {
      String inUse = "data directory " + directory.path() + " is in use by ";
      assertFails(2, inUse, on("import", "--mode", "max", json));
      assertTrue(err.toString().contains("importCounters"), err.toString());
    }
    assertEquals(0, on("import", "--mode", "add", csv), err.toString());
    assertEquals("imported into namespace tickets: 2 changed", out.toString().strip());
    assertEquals(0, on("import", "--mode", "replace", "--dry-run", json), err.toString());
    assertTrue(out.toString().contains("a: 83 -> 41\n\u00fc: -2 -> -1\n"), out.toString());
    try (SharedCounters counters = open()) {
      assertEquals(Map.of("a", 83L, "\u00fc", -2L), counters.namespace("tickets").getAllCounters());
    }
    assertEquals(0, on("history", "a", "--limit", "1"));
    assertTrue(out.toString().strip().endsWith("set 42 -> 83 by import"), out.toString());
    assertEquals(0, on("verify"), err.toString());
  }

  @Test
  void anImportReadsStandardInputAndMakesTheFileThatTheConfigurationDeclares() throws Exception {
    try (SharedCounters counters =
        open(NamespaceConfig.builder("tickets").snapshotEvery(Duration.ofMinutes(1)))) {
      counters.namespace("tickets").set("a", 41);
    }
    Path document = data.resolve("document");
    assertEquals(0, on("export", document.toString()), err.toString());
    Path other = Files.createDirectories(data.resolve("other"));
    Path config =
        Files.write(
            other.resolve("server.properties"),
            List.of("data.directory = " + other, "namespace.tickets = archive, serialize"));
    InputStream standard = System.in;
    try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(document))) {
      System.setIn(in);
      assertEquals(
          0,
          run("import", "--config", config.toString(), "--mode", "replace", "--dry-run"),
          err.toString());
      assertTrue(out.toString().contains("a: absent -> 41\n"), out.toString());
      assertTrue(Files.notExists(other.resolve("tickets.sqlite")));
      in.reset();
      System.setIn(in);
      assertEquals(
          0, run("import", "--config", config.toString(), "--mode", "replace"), err.toString());
    } finally {
      System.setIn(standard);
    }
    assertEquals(0, run("history", "--config", config.toString(), "a"), err.toString());
    assertTrue(out.toString().strip().endsWith("set absent -> 41 by import"), out.toString());
  }

  @Test
  void whatDoesNotFitIsSaidInOneLineAndExitsWithOne() throws Exception {
    try (SharedCounters counters = open()) {
      counters.namespace("tickets").set("a", Long.MAX_VALUE);
    }
    Path document = data.resolve("document");
    assertEquals(0, on("export", document.toString()), err.toString());
    assertFails(1, "Overflow: a is ", on("import", "--mode", "add", document.toString()));
    byte[] whole = Files.readAllBytes(document);
    Files.write(document, Arrays.copyOf(whole, whole.length - 1));
    assertFails(1, "line 2: ", on("import", "--mode", "max", document.toString()));
    Files.write(
        document,
        new String(whole, StandardCharsets.UTF_8)
            .replace("a", "b")
            .getBytes(StandardCharsets.UTF_8));
    assertFails(1, "line 1: ", on("import", "--mode", "max", "--dry-run", document.toString()));
  }

  @Test
  void tooManyCountersForTheConfigurationExitWithOne() throws Exception {
    try (SharedCounters counters = open()) {
      counters.namespace("tickets").set("a", 1);
      counters.namespace("tickets").set("b", 1);
    }
    Path document = data.resolve("document");
    assertEquals(0, on("export", document.toString()), err.toString());
    Path config =
        Files.write(
            data.resolve("server.properties"),
            List.of("max-counters = 1", "namespace.other = snapshot", "namespace.memory ="));
    String[] wanted = {
      "import",
      "--config",
      config.toString(),
      "--data",
      data.toString(),
      "--mode",
      "max",
      "--namespace",
      "other",
      document.toString()
    };
    assertFails(1, "Limit: ", run(wanted));
    wanted[8] = "memory";
    assertFails(2, "keeps no file", run(wanted));
  }

  @Test
  void whatCannotBeToldExitsWithTwo() throws Exception {
    String document = data.resolve("document").toString();
    assertFails(2, "there is no ", on("export", document));
    assertFails(2, "there is no document ", on("import", "--mode", "max", document));
    Files.write(Path.of(document), List.of());
    assertFails(2, "tickets.sqlite; name the con", on("import", "--mode", "max", document));
    Files.delete(Path.of(document));
    try (SharedCounters counters = open()) {
      counters.namespace("tickets").set("a", 1);
    }
    assertEquals(0, on("export", document), err.toString());
    assertFails(2, "exists", on("export", document));
    assertFails(2, "use json or csv", on("export", "--format", "xml", document));
    assertFails(2, "use replace, add or max", on("import", "--mode", "min", document));
    assertFails(2, "--mode", on("import", document));
    assertFails(2, "there is no document ", on("import", "--mode", "max", document + "s"));
    Files.write(data.resolve("tickets.sqlite"), new byte[4_096]);
    assertFails(1, "file is not a database", on("export", document + "2"));
  }
}
