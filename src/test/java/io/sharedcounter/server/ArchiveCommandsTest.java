package io.sharedcounter.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.NamespaceConfig;
import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import io.sharedcounter.core.Durability;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ArchiveCommandsTest {
  @TempDir Path data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private SharedCounters open(Path directory) {
    return SharedCounters.open(
        SharedCountersConfig.builder()
            .namespace(NamespaceConfig.builder("tickets").archive(Durability.POWER_LOSS).build())
            .dataDirectory(directory)
            .build());
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    CommandLine commands = Main.commandLine();
    return commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
  }

  private String[] with(String command, String... more) {
    String[] all = new String[5 + more.length];
    System.arraycopy(
        new String[] {command, "--data", data.toString(), "--namespace", "tickets"}, 0, all, 0, 5);
    System.arraycopy(more, 0, all, 5, more.length);
    return all;
  }

  @Test
  void aRunningServersNamespaceIsReadCheckedAndCopied() throws Exception {
    Path copies = Files.createDirectories(data.resolve("copies"));
    Path copy = copies.resolve("tickets.sqlite");
    try (SharedCounters counters = open(data)) {
      counters.namespace("tickets").set("a", 41);
      counters.namespace("tickets").increment("a");
      assertEquals(0, run(with("history", "a", "--limit", "1")), err.toString());
      assertTrue(out.toString().strip().endsWith("increment 41 -> 42 by app"), out.toString());
      assertEquals(0, run(with("verify")), err.toString());
      assertTrue(out.toString().contains("exact, 2 transactions"), out.toString());
      assertEquals(0, run(with("backup", copy.toString())), err.toString());
      assertEquals(2, run(with("backup", copy.toString())));
      assertTrue(err.toString().contains("exists"), err.toString());
      counters.namespace("tickets").increment("a");
    }
    try (SharedCounters counters = open(copies)) {
      assertEquals(42, counters.namespace("tickets").get("a"));
    }
  }

  @Test
  void aNamespaceWithoutAFileIsNamed() {
    assertEquals(2, run(with("verify")));
    assertTrue(err.toString().contains("tickets.sqlite"), err.toString());
    assertTrue(Files.notExists(data.resolve("tickets.sqlite")));
  }

  @Test
  void aFileOfTheServerSaysWhichNamespaceAndWhere() throws Exception {
    Path file = data.resolve("server.properties");
    List<String> one =
        List.of("data.directory = " + data, "namespace.default =", "namespace.tickets = archive");
    Files.write(file, one);
    try (SharedCounters counters = open(data)) {
      counters.namespace("tickets").increment("a");
    }
    assertEquals(0, run("verify", "--config", file.toString()), err.toString());
    assertTrue(out.toString().contains("namespace tickets: exact, 1 transactions"), out.toString());
    Files.write(file, List.of("namespace.other = snapshot"), StandardOpenOption.APPEND);
    assertFails(2, "one of tickets, other", "verify", "--config", file.toString());
    assertFails(2, "say which namespace", "verify", "--data", data.toString());
    assertFails(2, "say where the files are", "verify", "--namespace", "tickets");
  }

  @Test
  void whatIsWrongWithAFileIsSaidInOneLineAndExitsWithOne() throws Exception {
    try (SharedCounters counters = open(data)) {
      counters.namespace("tickets").increment("a");
    }
    Path file = data.resolve("tickets.sqlite");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 4_096));
    assertFails(1, "tickets.sqlite is damaged", with("verify"));
    Files.write(file, new byte[4_096]);
    assertFails(1, "file is not a database", with("verify"));
  }

  /** Runs every command on the file of a namespace. */
  private void assertAllFail(int exitCode, String why) {
    assertFails(exitCode, why, with("history", "a"));
    assertFails(exitCode, why, with("verify"));
    assertFails(exitCode, why, with("backup", data.resolve("copy").toString()));
    assertFails(exitCode, why, with("export", data.resolve("document").toString()));
    assertFails(exitCode, why, with("restore", "--to-sequence", "0"));
    assertFails(exitCode, why, with("restore", "--to-time", "2026-01-01T00:00:00Z", "--dry-run"));
    String document = data.resolve("good").toString();
    assertFails(exitCode, why, with("import", "--mode", "max", document));
    assertFails(exitCode, why, with("import", "--mode", "max", "--dry-run", document));
    assertTrue(Files.notExists(data.resolve("copy")) && Files.notExists(data.resolve("document")));
  }

  @Test
  void everyCommandExitsWithOneForADamagedFileAndWithTwoForOneThatItCannotRead() throws Exception {
    Path file = data.resolve("tickets.sqlite");
    assertFails(2, "there is no ", with("history", "a"));
    try (SharedCounters counters = open(data)) {
      counters.namespace("tickets").increment("a");
    }
    assertEquals(0, run(with("export", data.resolve("good").toString())), err.toString());
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, new byte[4_096]);
    assertAllFail(1, "file is not a database");
    Files.write(file, new byte[0]);
    assertAllFail(1, "is not a file of sharedcounter");
    Path other = data.resolve("other.sqlite");
    Files.write(other, whole);
    String[] ofOther = with("backup", data.resolve("copy").toString());
    ofOther[4] = "other";
    assertFails(1, "belongs to namespace 'tickets'", ofOther);
    // As permissions do it, but to root too.
    Files.delete(file);
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(file));
    }
    assertAllFail(2, "CANTOPEN");
  }

  @Test
  void aNameThatNoCounterCanHaveIsRefused() {
    open(data).close();
    assertFails(2, "counter name is empty", with("history", ""));
    assertFails(2, "starts or ends with white space", with("history", "a "));
    String name = "@" + data.resolve("tickets.sqlite");
    assertEquals(0, run(with("history", name)), err.toString());
    assertEquals("", out.toString());
    assertTrue(err.toString().contains("no transaction of counter '" + name + "'"), err.toString());
  }

  @Test
  void aDamagedFileIsReplacedByABackupOrBySnapshotsExport() throws Exception {
    Path config = data.resolve("server.properties");
    Files.write(
        config, List.of("data.directory = " + data, "namespace.tickets = archive, snapshot"));
    Path backup = data.resolve("tickets.backup");
    try (SharedCounters counters = SharedCounters.open(SharedCountersConfig.load(config))) {
      counters.namespace("tickets").set("a", 41);
      assertEquals(0, run(with("backup", backup.toString())), err.toString());
      counters.namespace("tickets").set("a", 42);
    }
    Files.write(data.resolve("tickets.sqlite"), new byte[4_096]);
    assertFails(1, "put a backup in place, or export from a copy of a snapshot", with("verify"));
    moveAway();
    Files.copy(backup, data.resolve("tickets.sqlite"));
    assertEquals(0, run(with("verify")), err.toString());
    try (SharedCounters counters = SharedCounters.open(SharedCountersConfig.load(config))) {
      assertEquals(41, counters.namespace("tickets").get("a"));
    }
    moveAway();
    Path snapshot = Files.createDirectories(data.resolve("one")).resolve("tickets.sqlite");
    Files.copy(data.resolve("snapshots").resolve("tickets-0000000000000000002.sqlite"), snapshot);
    Path document = data.resolve("tickets.json");
    String[] export = with("export", document.toString());
    export[2] = snapshot.getParent().toString();
    assertEquals(0, run(export), err.toString());
    assertEquals(
        0,
        run("import", "--config", config.toString(), "--mode", "replace", document.toString()),
        err.toString());
    try (SharedCounters counters = SharedCounters.open(SharedCountersConfig.load(config))) {
      assertEquals(42, counters.namespace("tickets").get("a"));
    }
  }

  /** Does what the message says. */
  private void moveAway() throws Exception {
    Path away = Files.createTempDirectory(data, "away");
    for (String part : new String[] {"", "-mark", "-wal", "-shm"}) {
      Path file = data.resolve("tickets.sqlite" + part);
      if (Files.exists(file)) {
        Files.move(file, away.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void aStoppedServersCountersAreRestored() {
    Instant between;
    try (SharedCounters counters = open(data)) {
      counters.namespace("tickets").set("a", 1);
      counters.namespace("tickets").set("b", 2);
      between = after(Instant.now());
      counters.namespace("tickets").set("a", 7);
      counters.namespace("tickets").remove("b");
      counters.namespace("tickets").set("new", 5);
      assertFails(2, "in use by", with("restore", "--to-sequence", "2"));
      assertEquals(0, run(with("restore", "--to-sequence", "4", "--dry-run")), err.toString());
      assertEquals(
          List.of(
              "new: 5 -> absent", "would restore 1 counters of namespace tickets to transaction 4"),
          out.toString().lines().toList());
    }
    assertEquals(0, run(with("restore", "--to-time", between.toString())), err.toString());
    assertTrue(out.toString().contains("copied what is replaced to " + data), out.toString());
    assertTrue(
        out.toString().contains("restored 3 counters of namespace tickets to transaction 2"),
        out.toString());
    assertEquals(0, run(with("verify")), err.toString());
    assertTrue(out.toString().contains("exact, 8 transactions"), out.toString());
    assertEquals(0, run(with("history", "b")), err.toString());
    assertTrue(out.toString().lines().toList().get(0).endsWith("set absent -> 2 by restore"));
    try (SharedCounters counters = open(data)) {
      assertEquals(Map.of("a", 1L, "b", 2L), counters.namespace("tickets").getAllCounters());
    }
    assertFails(2, "has 0 to 8", with("restore", "--to-sequence", "9"));
    assertFails(2, "in the future", with("restore", "--to-time", "2999-01-01T00:00:00Z"));
    assertFails(2, "--to-time", with("restore", "--to-time", "yesterday"));
    assertFails(2, "--to-sequence", with("restore"));
    assertFails(2, "--to-time", with("restore", "--to-sequence", "1", "--to-time", "x"));
  }

  /** Returns a time after that one and before the present. */
  private static Instant after(Instant time) {
    Instant later = time.truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
    while (!Instant.now().isAfter(later.plusMillis(1))) {
      Thread.onSpinWait();
    }
    return later;
  }

  private void assertFails(int exitCode, String why, String... arguments) {
    err.getBuffer().setLength(0);
    assertEquals(exitCode, run(arguments), err.toString());
    assertTrue(err.toString().contains(why), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
  }
}
