package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.archive.Transaction;
import io.sharedcounter.core.Durability;
import io.sharedcounter.http.PasswordHash;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.remote.JMXPrincipal;
import javax.security.auth.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SurvivingNamespacesTest {
  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

  @TempDir Path data;

  private SharedCountersConfig config(NamespaceConfig.Builder namespace) {
    return SharedCountersConfig.builder().namespace(namespace.build()).dataDirectory(data).build();
  }

  private SharedCounters open() {
    return SharedCounters.open(
        config(
            NamespaceConfig.builder("tickets")
                .archive(Durability.POWER_LOSS)
                .snapshotEvery(Duration.ofMinutes(5))));
  }

  private Object invoke(String operation, Object... arguments) throws Exception {
    String[] signature = new String[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      signature[i] = arguments[i] instanceof Long ? "long" : String.class.getName();
    }
    ObjectName name = new ObjectName("io.sharedcounter:type=CounterRegistry,namespace=tickets");
    return server.invoke(name, operation, arguments, signature);
  }

  @Test
  void anArchivedNamespaceGoesOnAfterARestartAndTellsItsHistory() throws Exception {
    Instant between;
    try (SharedCounters counters = open()) {
      assertEquals(5, counters.namespace("tickets").set("next", 5));
      between = Instant.now();
      while (!Instant.now().isAfter(between.plusMillis(2))) {
        Thread.onSpinWait();
      }
      invoke("incrementBy", "next", 2L);
      invoke("snapshot");
    }
    try (SharedCounters counters = open()) {
      assertEquals(8, counters.namespace("tickets").increment("next"));
      String[] history = (String[]) invoke("history", "next", 10L);
      assertEquals(3, history.length);
      assertTrue(history[0].endsWith("increment 7 -> 8 by app"), history[0]);
      assertTrue(history[1].endsWith("increment 5 -> 7 by jmx:local"), history[1]);
      assertTrue(history[2].endsWith("set absent -> 5 by app"), history[2]);
      assertEquals(5L, invoke("valueAt", "next", between.plusMillis(1).toString()));
    }
  }

  @Test
  void theHistoryIsToldInJavaToo() {
    try (SharedCounters counters = open()) {
      counters.namespace("tickets").set("next", 5);
      Instant between = after(Instant.now());
      counters.namespace("tickets").remove("next");
      List<Transaction> history = counters.history("tickets", "next", 10);
      assertEquals(2, history.size());
      assertEquals("remove", history.get(0).operation());
      assertEquals(OptionalLong.of(5), history.get(0).before());
      assertEquals(OptionalLong.of(5), counters.valueAt("tickets", "next", between));
      assertEquals(OptionalLong.empty(), counters.valueAt("tickets", "next", Instant.now()));
      counters.snapshot("tickets");
    }
    try (SharedCounters counters = SharedCounters.open()) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> counters.history("plain", "next", 10))
              .getMessage();
      assertEquals("namespace 'plain' does not have the feature archive", message);
      assertThrows(IllegalArgumentException.class, () -> counters.snapshot("plain"));
    }
  }

  /** Returns a time after that one and before the present. */
  private static Instant after(Instant time) {
    Instant later = time.truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
    while (!Instant.now().isAfter(later.plusMillis(1))) {
      Thread.onSpinWait();
    }
    return later;
  }

  @ParameterizedTest
  @CsvSource({
    "archive, snapshot",
    "archive, serialize",
    "archive, replicate",
    "archive,",
    "archive+snapshot, snapshot",
    "snapshot, archive",
    "snapshot, archive+snapshot",
    "snapshot, replicate",
    "snapshot,",
  })
  void featuresThatNoLongerFitTheDataAreRefusedWithAWayOut(String before, String after)
      throws Exception {
    try (SharedCounters counters = SharedCounters.open(config(with(before)))) {
      counters.namespace("tickets").set("next", 41);
    }
    Path file = data.resolve("tickets.sqlite");
    byte[] written = Files.readAllBytes(file);
    String message =
        assertThrows(IllegalStateException.class, () -> SharedCounters.open(config(with(after))))
            .getMessage();
    assertTrue(message.contains(file.toString()), message);
    assertTrue(message.contains("export") && message.contains("import"), message);
    assertArrayEquals(written, Files.readAllBytes(file));
    try (SharedCounters counters = SharedCounters.open(config(with(before)))) {
      assertEquals(42, counters.namespace("tickets").increment("next"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "archive, archive+snapshot",
    "archive+snapshot, archive",
    "snapshot, snapshot+serialize"
  })
  void featuresThatStillFitTheDataGoOn(String before, String after) {
    for (String words : List.of(before, after, before)) {
      try (SharedCounters counters = SharedCounters.open(config(with(words)))) {
        counters.namespace("tickets").increment("next");
      }
    }
    try (SharedCounters counters = SharedCounters.open(config(with(after)))) {
      assertEquals(4, counters.namespace("tickets").increment("next"));
    }
  }

  private static NamespaceConfig.Builder with(String words) {
    return NamespaceConfig.builder("tickets")
        .features(words == null ? List.of() : List.of(words.split("\\+", -1)));
  }

  @Test
  void aNamespaceThatIsToBeReplicatedAndTakeSnapshotsIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> SharedCounters.open(config(with("snapshot+replicate"))));
  }

  @Test
  void itsMBeanTellsHowMuchIsKeptAndWhen() throws Exception {
    try (SharedCounters counters = open()) {
      counters.namespace("tickets").set("next", 5);
      assertEquals("power-loss", attribute("Durability"));
      assertEquals(0L, attribute("Backlog"));
      assertEquals("", attribute("LastSnapshot"));
      assertEquals(-1L, attribute("LastSnapshotAge"));
      assertEquals(0L, attribute("LastSnapshotBytes"));
      invoke("snapshot");
      assertTrue((long) attribute("LastSnapshotAge") >= 0);
      assertTrue((long) attribute("LastSnapshotBytes") > 4_096);
      assertTrue(Instant.parse((String) attribute("LastSnapshot")).isBefore(Instant.now()));
      assertTrue((long) attribute("DiskBytes") > 4_096);
    }
    try (SharedCounters counters =
        SharedCounters.open(
            config(NamespaceConfig.builder("tickets")).toBuilder()
                .dataDirectory(data.resolve("other"))
                .namespace(with("snapshot").build())
                .build())) {
      counters.namespace("tickets").set("next", 5);
      Instant before = Instant.now();
      invoke("snapshot");
      assertEquals("snapshot every PT5M", attribute("Durability"));
      assertTrue(!Instant.parse((String) attribute("LastSnapshot")).isBefore(before));
      assertTrue((long) attribute("LastSnapshotAge") >= 0);
      assertTrue((long) attribute("LastSnapshotBytes") > 4_096);
    }
    NamespaceConfig eventual =
        NamespaceConfig.builder("tickets")
            .archive(Durability.EVENTUAL)
            .flush(Duration.ofMinutes(1))
            .build();
    SharedCountersConfig third =
        SharedCountersConfig.builder()
            .namespace(eventual)
            .dataDirectory(data.resolve("third"))
            .build();
    try (SharedCounters counters = SharedCounters.open(third)) {
      counters.namespace("tickets").set("next", 5);
      assertEquals(1L, attribute("Backlog"));
      assertEquals("eventual, a kill loses at most the last PT1M", attribute("Durability"));
    }
  }

  private Object attribute(String name) throws Exception {
    return server.getAttribute(
        new ObjectName("io.sharedcounter:type=CounterRegistry,namespace=tickets"), name);
  }

  @Test
  void whatSnapshotsCoverIsDroppedByAgeAndSnapshotsByCount() throws Exception {
    NamespaceConfig.Builder pruned =
        NamespaceConfig.builder("tickets")
            .archive(Durability.PROCESS_KILL)
            .snapshotEvery(Duration.ofHours(1))
            .archiveKeep(Duration.ofSeconds(1))
            .snapshotKeep(2);
    try (SharedCounters counters = SharedCounters.open(config(pruned))) {
      for (int i = 0; i < 3; i++) {
        counters.namespace("tickets").set("next", i);
        counters.snapshot("tickets");
      }
      assertEquals(3, counters.history("tickets", "next", 10).size());
      Instant old = Instant.now().plusSeconds(1);
      while (!Instant.now().isAfter(old)) {
        Thread.onSpinWait();
      }
      counters.namespace("tickets").set("next", 7);
      counters.snapshot("tickets");
      assertEquals(1, counters.history("tickets", "next", 10).size());
    }
    try (var files = Files.list(data.resolve("snapshots"))) {
      assertEquals(2, files.count());
    }
  }

  @Test
  @SuppressWarnings("removal")
  void theRecordNamesTheUserOfJmxAndOfHttp() throws Exception {
    Path users =
        Files.writeString(
            data.resolve("users"), "alice = operator " + PasswordHash.of("pw".toCharArray()));
    NamespaceConfig.Builder tickets =
        NamespaceConfig.builder("tickets").archive(Durability.EVENTUAL);
    SharedCountersConfig config = config(tickets).toBuilder().httpPort(0).httpUsers(users).build();
    try (SharedCounters counters = SharedCounters.open(config)) {
      Subject ops = new Subject(true, Set.of(new JMXPrincipal("ops")), Set.of(), Set.of());
      Subject.doAs(ops, (PrivilegedExceptionAction<Object>) () -> invoke("increment", "next"));
      String login =
          Base64.getEncoder().encodeToString("alice:pw".getBytes(StandardCharsets.UTF_8));
      URI url =
          URI.create(
              counters.jolokiaUrl().orElseThrow()
                  + "/exec/io.sharedcounter:type=CounterRegistry,namespace=tickets/increment/next");
      HttpRequest request =
          HttpRequest.newBuilder(url).header("Authorization", "Basic " + login).build();
      HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      counters.namespace("tickets").increment("next");
      assertEquals(
          List.of("app", "http:alice", "jmx:ops"),
          counters.history("tickets", "next", 10).stream().map(Transaction::origin).toList());
    }
  }

  @Test
  void aSecondInstanceOnTheSameDirectoryIsRefused() {
    try (SharedCounters first = open()) {
      SharedCountersConfig second =
          config(NamespaceConfig.builder("other").archive(Durability.EVENTUAL)).toBuilder()
              .instance("second")
              .build();
      String message =
          assertThrows(IllegalStateException.class, () -> SharedCounters.open(second)).getMessage();
      assertTrue(message.contains("in use by"), message);
      assertEquals(1, first.namespace("tickets").increment("a"));
    }
  }

  @Test
  void aNamespaceThatKeepsFilesNeedsADirectory() {
    SharedCountersConfig nowhere =
        SharedCountersConfig.builder()
            .namespace(NamespaceConfig.builder("tickets").archive(Durability.EVENTUAL).build())
            .build();
    String message =
        assertThrows(IllegalArgumentException.class, () -> SharedCounters.open(nowhere))
            .getMessage();
    assertTrue(message.contains("data.directory"), message);
  }
}
