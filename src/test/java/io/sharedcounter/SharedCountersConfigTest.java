package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import javax.management.MBeanServerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SharedCountersConfigTest {
  @TempDir Path directory;

  private SharedCountersConfig load(String... lines) throws IOException {
    return SharedCountersConfig.load(
        Files.write(directory.resolve("test.properties"), List.of(lines)));
  }

  @Test
  void readsTheFileOfTheContract() throws IOException {
    SharedCountersConfig config =
        load(
            "data.directory = data",
            "http.host = 127.0.0.1",
            "http.port = 8779",
            "http.users = jmx-config/users.properties",
            "# nothing: memory only",
            "namespace.default =",
            "namespace.tickets.durability = process-kill",
            "namespace.tickets = archive, snapshot, serialize",
            "namespace.tickets.snapshot.every = PT7M",
            "namespace.tickets.max-counters = 100000",
            "namespace.seats = replicate");
    assertEquals(Optional.of(Path.of("data")), config.dataDirectory());
    assertEquals(Optional.of(Path.of("jmx-config/users.properties")), config.httpUsers());
    assertEquals(8779, config.http().orElseThrow().port());
    assertEquals(List.of("default", "tickets", "seats"), List.copyOf(config.namespaces().keySet()));
    NamespaceConfig tickets = config.namespaces().get("tickets");
    assertEquals(List.of("archive", "snapshot", "serialize"), tickets.features());
    assertEquals(Optional.of(Durability.PROCESS_KILL), tickets.durability());
    assertEquals(Optional.of(Duration.ofMinutes(7)), tickets.snapshotEvery());
    assertEquals(100_000, tickets.maxCounters().orElseThrow());
    assertEquals(List.of(), config.namespaces().get("default").features());
    assertEquals(List.of("replicate"), config.namespaces().get("seats").features());
  }

  @Test
  void hasNoHttpWithoutAKeyOfIt() throws IOException {
    assertTrue(load("namespace.a =").http().isEmpty());
  }

  @Test
  void fillsInWhatANamespaceDoesNotSay() throws IOException {
    SharedCountersConfig config =
        load(
            "lock-wait = PT3S",
            "counter-mbeans = 7",
            "max-counters = 70",
            "namespace.a =",
            "namespace.b =",
            "namespace.b.lock-wait = PT0S",
            "namespace.b.counter-mbeans = 0",
            "namespace.b.max-counters = 5");
    NamespaceConfig a = config.namespace("a");
    assertEquals(Duration.ofSeconds(3), config.settings(a).lockWait());
    assertEquals(70, config.settings(a).maxCounters());
    assertEquals(7, config.counterMBeans(a));
    NamespaceConfig b = config.namespace("b");
    assertEquals(Duration.ZERO, config.settings(b).lockWait());
    assertEquals(5, config.settings(b).maxCounters());
    assertEquals(0, config.counterMBeans(b));
  }

  @Test
  void hasTheDefaultsOfTheContract() {
    SharedCountersConfig config = SharedCountersConfig.builder().http().build();
    NamespaceConfig any = config.namespace("any");
    assertEquals(1_000_000, config.settings(any).maxCounters());
    assertEquals(Duration.ofSeconds(10), config.settings(any).lockWait());
    assertEquals(1_000, config.counterMBeans(any));
    assertEquals("127.0.0.1:8778", config.http().orElseThrow().toString());
  }

  @Test
  void handsTheClockToTheCounters() {
    InstantSource clock = InstantSource.fixed(Instant.EPOCH);
    SharedCountersConfig config = SharedCountersConfig.builder().clock(clock).build();
    CounterSettings settings = config.settings(config.namespace("a"));
    assertEquals(Instant.EPOCH, settings.clock().instant());
  }

  @Test
  void refusesAnUndeclaredNamespaceWhereOthersAreDeclared() throws IOException {
    SharedCountersConfig config = load("namespace.a =", "namespace.b =");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> config.namespace("c"));
    assertEquals(
        "namespace 'c' is not declared, only a, b; declare it, or allow any by namespace.* =",
        e.getMessage());
  }

  @Test
  void takesAnyNamespaceAfterAStar() throws IOException {
    SharedCountersConfig config =
        load("namespace.a =", "namespace.* =", "namespace.*.max-counters = 3");
    assertEquals("c", config.namespace("c").name());
    assertEquals(3, config.settings(config.namespace("c")).maxCounters());
    assertEquals(1_000_000, config.settings(config.namespace("a")).maxCounters());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http.prot = 1 | http.prot: this key is not known; use data.directory, http.host, http.port, \
          http.users, http.policy, http.pages, http.tls.keystore, http.tls.password, instance, lock-wait, \
          max-counters, counter-mbeans, cluster.<setting>, namespace.<name>
          http.port = 8o | http.port: '8o' is not allowed; use a whole number
          http.port = 65536 | http.port: http.port = 65536 is not allowed; use 0 (any free one) to 65535
          http.port = -1 | http.port: http.port = -1 is not allowed; use 0 (any free one) to 65535
          http.host = | http.host: http.host is empty; use an address or a host name
          http.users = | http.users: '' is not allowed; use a path
          http.tls.keystore = k | http.tls.keystore: http.tls.keystore and http.tls.password need \
          each other; set both or none
          http.tls.password = p | http.tls.password: http.tls.keystore and http.tls.password need \
          each other; set both or none
          instance = a b | instance: instance = 'a b' is not allowed; use [A-Za-z0-9][A-Za-z0-9._-]{0,63}
          lock-wait = 10s | lock-wait: '10s' is not allowed; use a duration such as PT30S or PT5M
          lock-wait = PT61M | lock-wait: lock-wait = PT1H1M is not allowed; use PT0S to PT1H
          max-counters = 0 | max-counters: max-counters = 0 is not allowed; use 1 or more
          counter-mbeans = -1 | counter-mbeans: counter-mbeans = -1 is not allowed; use 0 (none) or more
          cluster.node = a | cluster.node: cluster.peers is missing; set it
          cluster.nod = a | cluster.nod: this key is not known; use cluster.node, cluster.peers, \
          cluster.directory, cluster.bootstrap, cluster.join, cluster.timeout, cluster.tls.key, \
          cluster.tls.certificate, cluster.tls.ca
          cluster.peers = a@x | cluster.peers: cluster.peers: 'a@x' is not name@host:port
          cluster.bootstrap = yes | cluster.bootstrap: 'yes' is not allowed; use true or false
          namespace.A = | namespace.A: namespace 'A' is not allowed; use [a-z0-9][a-z0-9_-]{0,63}
          namespace.a = zip | namespace.a: feature 'zip' is not known; use archive, snapshot, \
          serialize, replicate
          namespace.a = archive,archive | namespace.a: feature 'archive' is there twice; say it once
          namespace.a = archive, | namespace.a: feature '' is not known; use archive, snapshot, \
          serialize, replicate
          namespace.b.lock-wait = PT1S | namespace.b.lock-wait: the namespace is not declared; add \
          namespace.b =
          namespace.x.color = 1 | namespace.x.color: this key is not known; a namespace has \
          max-counters, counter-mbeans, lock-wait, durability, flush, archive.keep, \
          snapshot.every, snapshot.keep
          namespace.x.durability = eventual | namespace.x.durability: namespace 'x': durability is \
          set without the feature archive; add it or drop this
          namespace.x.snapshot.every = PT1M | namespace.x.snapshot.every: namespace 'x': \
          snapshot.every is set without the feature snapshot; add it or drop this
          namespace.y.durability = paper | namespace.y.durability: 'paper' is not allowed; use \
          power-loss, process-kill or eventual
          namespace.y.snapshot.every = PT0.5S | namespace.y.snapshot.every: namespace 'y': \
          snapshot.every = PT0.5S is not allowed; use PT1S to PT24H
          namespace.y.snapshot.keep = 0 | namespace.y.snapshot.keep: namespace 'y': \
          snapshot.keep = 0 is not allowed; use 1 to 1000
          namespace.y.archive.keep = PT0S | namespace.y.archive.keep: namespace 'y': \
          archive.keep = PT0S is not allowed; use PT1S to P36500D, such as P90D
          namespace.y.archive.keep = 90 | namespace.y.archive.keep: '90' is not allowed; use a \
          duration such as PT30S or PT5M
          namespace.x.archive.keep = P90D | namespace.x.archive.keep: namespace 'x': \
          archive.keep is set without the feature archive; add it or drop this
          namespace.x.snapshot.keep = 3 | namespace.x.snapshot.keep: namespace 'x': \
          snapshot.keep is set without the feature archive; add it or drop this
          namespace.y.flush = PT1S | namespace.y.flush: namespace 'y': flush is set without the \
          durability eventual; add it or drop this
          """)
  void refusesABadLineByFileLineKeyAndWhatIsAllowed(String line, String why) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> load("# first", "namespace.x =", "namespace.y = archive, snapshot", line));
    assertEquals(directory.resolve("test.properties") + ":4: " + why, e.getMessage());
  }

  @Test
  void readsHowMuchOfTheArchiveStays() throws IOException {
    NamespaceConfig a =
        load(
                "namespace.a.flush = PT0.5S",
                "namespace.a = archive, snapshot",
                "namespace.a.durability = eventual",
                "namespace.a.archive.keep = P90D",
                "namespace.a.snapshot.keep = 7")
            .namespace("a");
    assertEquals(Optional.of(Duration.ofMillis(500)), a.flush());
    assertEquals(Optional.of(Duration.ofDays(90)), a.archiveKeep());
    assertEquals(OptionalInt.of(7), a.snapshotKeep());
    NamespaceConfig same =
        NamespaceConfig.builder("a")
            .archive(Durability.EVENTUAL)
            .snapshotEvery(Duration.ofMinutes(5))
            .flush(Duration.ofMillis(500))
            .archiveKeep(Duration.ofDays(90))
            .snapshotKeep(7)
            .build();
    assertEquals(a.flush(), same.toBuilder().build().flush());
    assertEquals(a.archiveKeep(), same.toBuilder().build().archiveKeep());
    assertEquals(a.snapshotKeep(), same.toBuilder().build().snapshotKeep());
    NamespaceConfig less = same.toBuilder().features(List.of("snapshot")).build();
    assertEquals(Optional.empty(), less.flush());
    assertEquals(Optional.empty(), less.archiveKeep());
    assertEquals(OptionalInt.empty(), less.snapshotKeep());
    assertRefused("flush = PT0S", same.toBuilder().flush(Duration.ZERO));
    assertRefused("flush = PT2M", same.toBuilder().flush(Duration.ofMinutes(2)));
    assertRefused("flush is set without", same.toBuilder().archive(Durability.POWER_LOSS));
    assertRefused(
        "snapshot.keep is set without the feature snapshot",
        NamespaceConfig.builder("a").archive(Durability.POWER_LOSS).snapshotKeep(3));
  }

  private static void assertRefused(String why, NamespaceConfig.Builder namespace) {
    String message = assertThrows(IllegalArgumentException.class, namespace::build).getMessage();
    assertTrue(message.contains(why), message);
  }

  @Test
  void shipsAFileThatSaysWhatTheServerDoesWithoutOne() {
    SharedCountersConfig config =
        SharedCountersConfig.load(Path.of("jmx-config/sharedcounter.properties"));
    assertEquals(Optional.of(HttpConfig.LOCAL), config.http());
    assertEquals(Set.of("default"), config.namespaces().keySet());
    assertEquals(Optional.empty(), config.dataDirectory());
    assertEquals(List.of(), config.namespaces().get("default").features());
  }

  @Test
  void shipsAFileWhoseCommentedKeysAllWork() throws IOException {
    List<String> lines =
        Files.readAllLines(Path.of("jmx-config/sharedcounter.properties")).stream()
            .map(line -> line.replaceFirst("^#(?=[a-z])", ""))
            .toList();
    SharedCountersConfig config = load(lines.toArray(String[]::new));
    SharedCountersConfig defaults = SharedCountersConfig.builder().build();
    NamespaceConfig any = config.namespace("any");
    assertEquals(defaults.settings(any).maxCounters(), config.settings(any).maxCounters());
    assertEquals(defaults.settings(any).lockWait(), config.settings(any).lockWait());
    assertEquals(defaults.counterMBeans(any), config.counterMBeans(any));
    assertEquals(
        Set.of("default", "orders", "tickets", "visits", "*", "seats", "rooms"),
        config.namespaces().keySet());
  }

  @Test
  void neverShowsThePassword() {
    HttpConfig http = HttpConfig.LOCAL.withKeystore(Path.of("k")).withPassword("geheim");
    assertFalse(http.toString().contains("geheim"));
  }

  @Test
  void readsWordsTheSameWayInTurkey() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr-TR"));
    try {
      NamespaceConfig a =
          load("namespace.a = archive, serialize", "namespace.a.durability = eventual")
              .namespace("a");
      assertEquals(List.of("archive", "serialize"), a.features());
      assertEquals(Optional.of(Durability.EVENTUAL), a.durability());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void refusesHttpWithoutTheMBeansItServes() {
    SharedCountersConfig.Builder noMBeans = SharedCountersConfig.builder().http().jmx(false);
    assertThrows(IllegalArgumentException.class, noMBeans::build);
    SharedCountersConfig.Builder elsewhere =
        SharedCountersConfig.builder().http().mBeanServer(MBeanServerFactory.newMBeanServer());
    assertThrows(IllegalArgumentException.class, elsewhere::build);
  }

  @Test
  void copiesEverySettingIntoABuilder() throws IOException {
    SharedCountersConfig config =
        load(
            "instance = i",
            "http.port = 1",
            "data.directory = d",
            "lock-wait = PT1S",
            "namespace.a = archive");
    SharedCountersConfig copy = config.toBuilder().httpPort(2).build();
    assertEquals("i", copy.instance());
    assertEquals(2, copy.http().orElseThrow().port());
    assertEquals(1, config.http().orElseThrow().port());
    assertEquals(config.dataDirectory(), copy.dataDirectory());
    assertEquals(config.namespaces(), copy.namespaces());
    assertEquals(Duration.ofSeconds(1), copy.settings(copy.namespace("a")).lockWait());
  }
}
