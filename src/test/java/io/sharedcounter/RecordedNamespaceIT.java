package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.archive.Transaction;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.Durability;
import io.sharedcounter.core.Import;
import io.sharedcounter.testing.Warnings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A namespace with replicate and archive, in a cluster of one member. */
@Tag("slow")
class RecordedNamespaceIT {
  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

  @TempDir private Path directory;
  private int port;

  @BeforeEach
  void findPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
  }

  private SharedCounters open(String... namespaces) throws IOException {
    return SharedCounters.open(SharedCountersConfig.load(config(namespaces)));
  }

  private Path config(String... namespaces) throws IOException {
    Path file = directory.resolve("sharedcounter.properties");
    return Files.writeString(
        file,
        "data.directory = "
            + data()
            + "\ncluster.node = a\ncluster.peers = a@127.0.0.1:"
            + port
            + "\ncluster.directory = "
            + directory.resolve("cluster")
            + "\ncluster.bootstrap = true\n"
            + String.join("\n", namespaces)
            + "\n");
  }

  private Path data() {
    return directory.resolve("data");
  }

  private static ObjectName mBean(String namespace) throws Exception {
    return new ObjectName("io.sharedcounter:type=CounterRegistry,namespace=" + namespace);
  }

  private static String[] history(String counter) throws Exception {
    String[] types = {"java.lang.String", "long"};
    return (String[]) SERVER.invoke(mBean("seats"), "history", new Object[] {counter, 9L}, types);
  }

  @Test
  void itsHistoryIsToldThroughEveryFaceAndGoesOnExactlyAfterARestart() throws Exception {
    try (SharedCounters counters = open("namespace.seats = replicate, archive")) {
      CounterRegistry seats = counters.namespace("seats");
      assertEquals(5, seats.set("a", 5));
      String[] types = {"java.lang.String"};
      assertEquals(6L, SERVER.invoke(mBean("seats"), "increment", new Object[] {"a"}, types));
      String[] lines = history("a");
      assertEquals(2, lines.length);
      assertTrue(lines[0].endsWith("increment 5 -> 6 by jmx:local"), lines[0]);
      assertTrue(lines[1].endsWith("set absent -> 5 by app"), lines[1]);
      seats.importAll(new Import(Map.of("a", 6L, "b", 3L), Import.Mode.REPLACE));
      assertTrue(history("b")[0].endsWith("set absent -> 3 by import"));
      assertEquals(2, history("a").length);
      assertEquals(OptionalLong.of(6), counters.valueAt("seats", "a", Instant.now()));
      assertEquals("majority", SERVER.getAttribute(mBean("seats"), "Durability"));
      assertEquals("OK", SERVER.getAttribute(mBean("seats"), "State"));
      assertEquals(0L, SERVER.getAttribute(mBean("seats"), "Backlog"));
      assertEquals(0L, SERVER.getAttribute(mBean("seats"), "RecordGaps"));
      assertTrue((long) SERVER.getAttribute(mBean("seats"), "RecordedIndex") > 0);
      assertTrue((long) SERVER.getAttribute(mBean("seats"), "DiskBytes") > 4_096);
      assertThrows(IllegalArgumentException.class, () -> counters.snapshot("seats"));
    }
    try (SharedCounters counters = open("namespace.seats = replicate, archive")) {
      assertEquals(7, counters.namespace("seats").increment("a"));
      List<Transaction> lines = counters.history("seats", "a", 10);
      assertEquals(List.of(4L, 2L, 1L), lines.stream().map(Transaction::sequence).toList());
      assertEquals(0L, SERVER.getAttribute(mBean("seats"), "RecordGaps"));
    }
    assertEquals(4, new ArchiveFiles(data()).verify("seats", far -> {}));
    assertEquals(3, new ArchiveFiles(data()).history("seats", "a", 9).size());
  }

  @Test
  void namespacesThatAreDeclaredTogetherAreRecordedFromTheLogsBeginningToo() throws Exception {
    for (int start = 1; start <= 2; start++) {
      try (SharedCounters counters = open("namespace.* = replicate, archive")) {
        assertEquals(start, counters.namespace("seats").increment("a"));
        assertEquals(start, counters.history("seats", "a", 9).size());
        assertEquals(0L, SERVER.getAttribute(mBean("seats"), "RecordGaps"));
      }
    }
  }

  @Test
  void aNamespaceThatWasReplicatedBeforeIsRecordedAsFarBackAsTheLogGoes() throws Exception {
    try (SharedCounters counters = open("namespace.seats = replicate")) {
      assertEquals(5, counters.namespace("seats").set("a", 5));
    }
    try (SharedCounters counters = open("namespace.seats = replicate, archive")) {
      assertEquals(6, counters.namespace("seats").increment("a"));
      String[] lines = history("a");
      assertTrue(lines[1].endsWith("set absent -> 5 by app"), lines[1]);
      assertEquals(0L, SERVER.getAttribute(mBean("seats"), "RecordGaps"));
    }
  }

  @Test
  void aRecordThatCannotBeWrittenStopsNobodyAndSaysSo(Warnings warnings) throws Exception {
    try (SharedCounters counters = open("namespace.seats = replicate, archive");
        Connection other = DriverManager.getConnection("jdbc:sqlite:" + file())) {
      CounterRegistry seats = counters.namespace("seats");
      seats.increment("a");
      history("a");
      other.createStatement().execute("begin immediate");
      assertEquals(2, seats.increment("a"));
      warnings.expect("cannot write");
      String state = (String) SERVER.getAttribute(mBean("seats"), "State");
      assertTrue(state.startsWith("OK; its record here: cannot write"), state);
      assertEquals(3, seats.increment("a"));
      assertEquals(1, counters.history("seats", "a", 9).size());
      other.createStatement().execute("rollback");
      await(() -> counters.history("seats", "a", 9).size() == 3);
      assertEquals("OK", SERVER.getAttribute(mBean("seats"), "State"));
    }
  }

  private Path file() {
    return data().resolve("seats.sqlite");
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end);
      LockSupport.parkNanos(10_000_000);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'archive', 'replicate, archive'",
    "'snapshot', 'replicate, archive'",
    "'replicate, archive', 'archive'",
    "'replicate, archive', 'snapshot'",
    "'replicate, archive', 'replicate'",
    "'replicate, archive', ''",
  })
  void featuresThatNoLongerFitTheFileAreRefusedAndItStaysAsItIs(String before, String after)
      throws Exception {
    try (SharedCounters counters = open("namespace.seats = " + before)) {
      counters.namespace("seats").set("a", 41);
    }
    byte[] written = Files.readAllBytes(file());
    String message =
        assertThrows(IllegalStateException.class, () -> open("namespace.seats = " + after))
            .getMessage();
    assertTrue(message.contains(file().toString()), message);
    assertTrue(message.contains("export") && message.contains("import"), message);
    assertArrayEquals(written, Files.readAllBytes(file()));
    try (SharedCounters counters = open("namespace.seats = " + before)) {
      assertEquals(42, counters.namespace("seats").increment("a"));
    }
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() throws Exception {
    assertRefused("takes snapshots of its own", "namespace.seats = replicate, archive, snapshot");
    assertRefused(
        "which a majority's disks keep",
        "namespace.seats.durability = eventual",
        "namespace.seats = replicate, archive");
    NamespaceConfig.Builder both =
        NamespaceConfig.builder("seats").replicate().archive(Durability.POWER_LOSS);
    assertThrows(IllegalArgumentException.class, both::build);
    Path client =
        Files.writeString(
            directory.resolve("client"),
            "data.directory = "
                + data()
                + "\ncluster.peers = a@127.0.0.1:"
                + port
                + "\nnamespace.seats = replicate, archive\n");
    SharedCountersConfig config = SharedCountersConfig.load(client);
    String message =
        assertThrows(IllegalArgumentException.class, () -> SharedCounters.open(config))
            .getMessage();
    assertTrue(message.contains("client of the cluster"), message);
    assertTrue(Files.notExists(data()));
  }

  private void assertRefused(String why, String... namespaces) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> open(namespaces)).getMessage();
    assertTrue(message.contains(why), message);
  }

  @Test
  void theCommandsThatWouldChangeARecordRefuseIt() throws Exception {
    NamespaceConfig built = NamespaceConfig.builder("seats").replicate().archive().build();
    SharedCountersConfig config =
        SharedCountersConfig.load(config()).toBuilder().namespace(built).build();
    try (SharedCounters counters = SharedCounters.open(config)) {
      counters.namespace("seats").set("a", 41);
      counters.history("seats", "a", 1);
    }
    String restore =
        assertThrows(
                IllegalArgumentException.class,
                () -> new ArchiveFiles(data()).restore("seats", 0, far -> {}))
            .getMessage();
    assertTrue(restore.contains("the cluster's log decides"), restore);
    for (Optional<SharedCountersConfig> known :
        List.of(Optional.of(config), Optional.<SharedCountersConfig>empty())) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new DocumentFiles(data(), known)
                          .importCounters(
                              "seats", new ByteArrayInputStream(new byte[0]), Import.Mode.REPLACE))
              .getMessage();
      assertTrue(message.contains("the cluster's log decides"), message);
    }
  }
}
