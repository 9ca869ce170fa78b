package io.sharedcounter.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.testing.JavaProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server jar with an archived namespace, and its commands beside it, each a process. */
final class ArchiveServerIT {
  private static final String BEAN =
      "/exec/io.sharedcounter:type=CounterRegistry,namespace=tickets/";

  @TempDir Path data;

  private JavaProcess serve() {
    return JavaProcess.startServer(
        "--port", "0", "--data", data.toString(), "--namespace", "tickets=archive,snapshot");
  }

  private static String call(String url, String operation) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + BEAN + operation)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private List<String> natives() throws IOException {
    try (var files = Files.list(data.resolve("native"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Runs a command on the namespace; returns what it printed, or else its refusal. */
  private String run(int exitCode, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data", data.toString(), "--namespace", "tickets"));
    try (JavaProcess command = JavaProcess.startServer(all.toArray(String[]::new))) {
      assertEquals(exitCode, command.exitCode(), () -> command.err().toString());
      List<String> err = command.err().stream().filter(line -> !isLog(line)).toList();
      assertEquals(exitCode == 0 ? 0 : 1, err.size(), err::toString);
      return String.join("\n", exitCode == 0 ? command.out() : err);
    }
  }

  private static boolean isLog(String line) {
    return line.matches("20\\S+ INFO \\[[a-z]+] .*");
  }

  @Test
  void commandsWorkBesideTheServerOrSayWhoIsInTheWay() throws Exception {
    try (JavaProcess server = serve()) {
      String url = server.awaitOut("Jolokia");
      String pid = server.awaitOut("Stop").replaceAll(".*kill ", "");
      call(url, "set/next/5");
      call(url, "increment/next");
      assertTrue(run(0, "history", "next").contains("increment 5 -> 6 by http:"));
      assertTrue(run(0, "verify").contains("exact, 2 transactions"));
      Path copy = data.resolve("copy").resolve("tickets.sqlite");
      Files.createDirectories(copy.getParent());
      run(0, "backup", copy.toString());
      assertTrue(Files.size(copy) > 4_096);
      assertTrue(run(0, "restore", "--to-sequence", "1", "--dry-run").contains("next: 6 -> 5"));
      String refusal = run(2, "restore", "--to-sequence", "1");
      assertTrue(refusal.contains("in use by process " + pid + " on host "), refusal);
      try (JavaProcess second = serve()) {
        assertEquals(2, second.exitCode());
        String why = String.join("\n", second.err());
        assertTrue(why.contains("in use by process " + pid + " on host "), why);
      }
      assertTrue(call(url, "increment/next").contains("\"value\":7"));
      server.terminate();
      assertEquals(128 + 15, server.exitCode());
      // Nothing but the log: no warning of native access, which Java 24 and later give.
      assertEquals(List.of(), server.err().stream().filter(line -> !isLog(line)).toList());
    }
    assertEquals(List.of(), natives());
    assertTrue(run(0, "restore", "--to-sequence", "1").contains("restored 1 counters"));
    assertTrue(run(0, "verify").contains("exact, 4 transactions"));
    assertEquals(List.of(), natives());
  }

  @Test
  void whatAKilledServerLeavesIsTakenOverAndSwept() throws Exception {
    String stale;
    try (JavaProcess server = serve()) {
      String url = server.awaitOut("Jolokia");
      server.awaitOut("Stop");
      call(url, "increment/next");
      assertTrue(!natives().isEmpty(), "the native library is in the data directory");
      stale = natives().get(0);
      server.kill();
      assertEquals(128 + 9, server.exitCode());
    }
    assertTrue(natives().contains(stale));
    assertTrue(Files.readString(data.resolve("lock")).startsWith("process "));
    try (JavaProcess server = serve()) {
      String url = server.awaitOut("Jolokia");
      server.awaitOut("Stop");
      assertTrue(!natives().isEmpty() && !natives().contains(stale), natives().toString());
      assertTrue(call(url, "increment/next").contains("\"value\":2"));
      server.terminate();
      assertEquals(128 + 15, server.exitCode());
    }
  }

  @Test
  void aRestoreThatFindsNoRoomChangesNothing() throws Exception {
    try (JavaProcess server = serve()) {
      String url = server.awaitOut("Jolokia");
      server.awaitOut("Stop");
      for (int i = 0; i < 100; i++) {
        call(url, "increment/" + "long-name-of-a-counter-that-takes-room-".repeat(5) + i);
      }
      for (String name : natives()) {
        if (!name.endsWith(".lck")) {
          Files.copy(data.resolve("native").resolve(name), data.resolve("sqlite.so"));
        }
      }
      server.terminate();
      assertEquals(128 + 15, server.exitCode());
    }
    // No file may grow beyond so many KiB.
    long kibibytes = (Files.size(data.resolve("tickets.sqlite")) >> 10) / 2;
    List<String> limited =
        List.of(
            "bash",
            "-c",
            "ulimit -f " + kibibytes + " && exec \"$@\"",
            "bash",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:-UsePerfData",
            // To unpack it again would need room.
            "-Dorg.sqlite.lib.path=" + data,
            "-Dorg.sqlite.lib.name=sqlite.so",
            "-jar",
            JavaProcess.serverJar(),
            "restore",
            "--to-sequence",
            "0",
            "--data",
            data.toString(),
            "--namespace",
            "tickets");
    try (JavaProcess restore = JavaProcess.startCommand(limited, Map.of())) {
      assertEquals(2, restore.exitCode(), () -> restore.err().toString());
      List<String> err = restore.err().stream().filter(line -> !isLog(line)).toList();
      assertEquals(1, err.size(), err::toString);
      assertTrue(err.get(0).contains("tickets.sqlite"), err.get(0));
    }
    assertTrue(run(0, "verify").contains("exact, 100 transactions"));
  }
}
