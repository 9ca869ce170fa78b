package io.sharedcounter.server;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.NamespaceConfig;
import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.Import;
import io.sharedcounter.document.DocumentFormat;
import io.sharedcounter.testing.JavaProcess;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/** What a command says where its surroundings do not suffice: the locale, the memory. */
@Tag("slow")
final class CommandProcessIT {
  private static final int MANY = 100_000;

  @TempDir Path data;

  @BeforeEach
  void fill() {
    try (SharedCounters counters = open(NamespaceConfig.builder("tickets").archive().build())) {
      counters.namespace("tickets").set("\u00fc", 7);
    }
  }

  private SharedCounters open(NamespaceConfig namespace) {
    return SharedCounters.open(
        SharedCountersConfig.builder().dataDirectory(data).namespace(namespace).build());
  }

  private String[] with(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data", data.toString(), "--namespace", "tickets"));
    return all.toArray(String[]::new);
  }

  /** Starts the command with one argument more, a name of the two bytes that are U+00FC. */
  private JavaProcess named(String locale, String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("bash", "-c", "exec \"$@\" \"$(printf '\\303\\274')\"", "bash"));
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(List.of("-jar", JavaProcess.serverJar()));
    all.addAll(List.of(arguments));
    return JavaProcess.startCommand(all, Map.of("LC_ALL", locale));
  }

  @Test
  void aNameThatTheLocaleLosesIsRefused() throws Exception {
    for (String command : List.of("history", "backup", "export")) {
      try (JavaProcess lossy = named("C", with(command))) {
        assertEquals(2, lossy.exitCode(), () -> lossy.out().toString());
        assertEquals(1, lossy.err().size(), () -> lossy.err().toString());
        String why = lossy.err().get(0);
        assertTrue(why.contains("'??' lost characters") && why.contains("LC_ALL=C.UTF-8"), why);
      }
    }
    try (JavaProcess exact = named("C.UTF-8", with("history"))) {
      assertEquals(0, exact.exitCode(), () -> exact.err().toString());
      assertTrue(exact.out().get(0).endsWith("set absent -> 7 by app"), exact.out()::toString);
    }
  }

  private Path document() throws Exception {
    Path document = data.resolve("document");
    SharedCountersConfig config =
        SharedCountersConfig.builder()
            .jmx(false)
            .namespace(NamespaceConfig.builder("many").serialize().build())
            .build();
    try (SharedCounters counters = SharedCounters.open(config);
        OutputStream out = Files.newOutputStream(document)) {
      CounterRegistry many = counters.namespace("many");
      for (int i = 0; i < MANY; i++) {
        many.set("counter-" + i, i);
      }
      counters.documents("many").exportCounters(DocumentFormat.JSON, out);
    }
    return document;
  }

  /** Runs the command in a heap of so many MB, and returns whether that sufficed. */
  private boolean suffices(int megabytes, String... arguments) throws Exception {
    List<String> all =
        new ArrayList<>(List.of("-Xmx" + megabytes + "m", "-jar", JavaProcess.serverJar()));
    all.addAll(List.of(with(arguments)));
    try (JavaProcess command = JavaProcess.start(all)) {
      if (command.exitCode() == 0) {
        return true;
      }
      String why = String.join("\n", command.err());
      assertEquals(2, command.exitCode(), why);
      if (why.endsWith("has changed, do not repeat it")) {
        return true; // Memory ended after the import.
      }
      assertTrue(
          why.contains("not enough memory: a heap of ")
              && why.contains(" MB does not suffice; repeat with more, such as java -Xmx")
              && why.endsWith("; nothing has changed"),
          why);
      return false;
    }
  }

  private long transactions() throws Exception {
    try (JavaProcess verify = JavaProcess.startServer(with("verify"))) {
      assertEquals(0, verify.exitCode(), () -> verify.err().toString());
      return Long.parseLong(verify.out().get(0).replaceAll(".*exact, (\\d+) trans.*", "$1"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 24, 48, 64})
  void anImportThatMemoryDoesNotSufficeForChangesNothing(int megabytes) throws Exception {
    String document = document().toString();
    boolean isDone = suffices(megabytes, "import", "--mode", "replace", document);
    assertEquals(isDone ? MANY + 2 : 1, transactions());
  }

  @Test
  void commandsThatReadAndRestoreTellThatMemoryDoesNotSuffice() throws Exception {
    try (SharedCounters counters =
        open(NamespaceConfig.builder("tickets").archive().serialize().build())) {
      counters
          .documents("tickets")
          .importCounters(Files.newInputStream(document()), Import.Mode.ADD);
    }
    assertTrue(!suffices(8, "export", data.resolve("exported").toString()));
    try (var files = Files.list(data)) {
      assertEquals(List.of(), files.filter(file -> file.toString().contains("exported")).toList());
    }
    assertTrue(!suffices(16, "restore", "--to-sequence", "1"));
    assertEquals(MANY + 1, transactions());
  }

  @Test
  void aCommandLeavesNoDirectoryThatWouldBeInTheWayOfTheServersUser() throws Exception {
    Path elsewhere = Files.createDirectory(data.resolve("elsewhere"));
    Files.copy(data.resolve("tickets.sqlite"), elsewhere.resolve("tickets.sqlite"));
    String[] verify = {"verify", "--data", elsewhere.toString(), "--namespace", "tickets"};
    try (JavaProcess command = JavaProcess.startServer(verify)) {
      assertEquals(0, command.exitCode(), () -> command.err().toString());
    }
    assertTrue(Files.notExists(elsewhere.resolve("native")));
  }

  @Test
  void anImportThatFindsNoRoomFailsWhateverTheNamespacePromises() throws Exception {
    String document = document().toString();
    for (String features :
        List.of("snapshot", "archive", "archive\nnamespace.n.durability=eventual")) {
      Path config = data.resolve("n.properties");
      Files.writeString(config, "data.directory=" + data + "\nnamespace.n=" + features + "\n");
      List<String> all =
          List.of(
              "bash",
              "-c",
              "ulimit -f 2048 && exec \"$@\"",
              "bash",
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:-UsePerfData",
              "-Dorg.sqlite.lib.path=" + library().getParent(),
              "-Dorg.sqlite.lib.name=" + library().getFileName(),
              "-jar",
              JavaProcess.serverJar(),
              "import",
              "--config",
              config.toString(),
              "--mode",
              "replace",
              document);
      try (JavaProcess command = JavaProcess.startCommand(all, Map.of())) {
        assertEquals(2, command.exitCode(), () -> features + command.out());
        assertTrue(String.join("\n", command.err()).contains("n.sqlite"), command.err()::toString);
      }
      String[] verify = {"verify", "--data", data.toString(), "--namespace", "n"};
      try (JavaProcess command = JavaProcess.startServer(verify)) {
        assertEquals(0, command.exitCode(), () -> command.err().toString());
        assertTrue(command.out().get(0).contains("exact, 0 trans"), command.out()::toString);
      }
      Files.delete(data.resolve("n.sqlite"));
    }
  }

  /** Returns SQLite's library, unpacked: to unpack it needs more room than there is. */
  private Path library() throws Exception {
    Path library = data.resolve("sqlite.so");
    if (Files.notExists(library)) {
      try (InputStream in =
          SQLiteJDBCLoader.class.getResourceAsStream(
              LibraryLoaderUtil.getNativeLibResourcePath()
                  + "/"
                  + LibraryLoaderUtil.getNativeLibName())) {
        Files.copy(requireNonNull(in), library);
      }
    }
    return library;
  }
}
