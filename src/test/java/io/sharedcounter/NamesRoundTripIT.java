package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.Durability;
import io.sharedcounter.core.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Any legal name comes back as it was through every door. */
class NamesRoundTripIT {
  private static final Set<String> REPLACED_BY_JOLOKIA = Set.of("[null]", "\"\"");
  private static Faces faces;

  @BeforeContainer
  static void open() throws Exception {
    faces =
        new Faces(
            SharedCountersConfig.builder().namespace(NamespaceConfig.builder("names").build()),
            "names");
  }

  @AfterContainer
  static void close() throws Exception {
    faces.close();
  }

  @Provide
  Arbitrary<String> names() {
    Arbitrary<String> special =
        Arbitraries.of(
            "/", "!", "\"", "\\", "*", "?", ",", "=", ":", "%", "+", "&", "#", ";", "[", "]", "{",
            "}", "<", ">", "'", "^", "~", "|", "`", "$", "(", ")", "..", ".", "-", "%2F", "\u0131",
            "\u00df", "e\u0301", "\u00e9", "\u200b", "\ufeff", "\ufffd", "\uffff", "\ue000", "😀",
            "null", "[null]", "\"\"", "true", "0", "İ", "日本");
    Arbitrary<String> any =
        Combinators.combine(
                Arbitraries.strings().all().ofMaxLength(3),
                Arbitraries.integers().between(0x10000, 0x10ffff).map(Character::toString))
            .as((text, wide) -> text + wide);
    Arbitrary<String> part = Arbitraries.oneOf(special, special, any);
    return part.list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(parts -> String.join("", parts))
        .filter(NamesRoundTripIT::isLegal);
  }

  private static boolean isLegal(String name) {
    try {
      return !Names.checkCounter(name).isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void nameComesBackThroughEveryDoor(@ForAll("names") String name) throws Exception {
    assertComesBack(name);
  }

  @Example
  void oddNamesComeBackThroughEveryDoor() throws Exception {
    for (String name :
        new String[] {
          "[null]", "\"\"", "*", "!", "/", "//", "..", "%", "x".repeat(255), "a b", "^"
        }) {
      assertComesBack(name);
    }
  }

  private static void assertComesBack(String name) throws Exception {
    assertEquals(1L, faces.overJmx("increment", name));
    Map<String, Long> one = Map.of(name, 1L);
    assertEquals(one, faces.registry.getAllCounters());
    assertEquals(one, faces.overJmx("getAllCounters"));
    assertEquals(one, faces.byPost("getAllCounters").get("value"));

    CompositeData page = (CompositeData) faces.overJmx("findCounters", "", "", 1L);
    CompositeData found = (CompositeData) page.get("counters");
    assertEquals(Set.of(name), found.getCompositeType().keySet());
    assertEquals(1L, found.get(name));

    ObjectName counter = onlyCounterMBean();
    String quoted = counter.getKeyProperty("name");
    assertEquals(name, quoted.startsWith("\"") ? ObjectName.unquote(quoted) : quoted);
    assertEquals(1L, faces.server.getAttribute(counter, "Value"));

    if (REPLACED_BY_JOLOKIA.contains(name)) {
      assertEquals(400, faces.post(faces.exec("increment", name)).statusCode());
    } else {
      assertEquals(2L, faces.byPost("increment", name).get("value"));
      assertEquals(3L, faces.inBulk("increment", name).get("value"));
      assertEquals(4L, faces.byGet("increment", name).get("value"));
      assertEquals(Map.of(name, 4L), faces.registry.getAllCounters());
      assertEquals(4L, faces.server.getAttribute(faces.mbean, name));
    }
    faces.registry.remove(name);
    assertFalse(faces.server.isRegistered(counter));
  }

  private static ObjectName onlyCounterMBean() throws Exception {
    ObjectName all = new ObjectName("io.sharedcounter:type=Counter,namespace=names,*");
    Set<ObjectName> found = faces.server.queryNames(all, null);
    assertEquals(1, found.size(), found::toString);
    return found.iterator().next();
  }

  @Property(tries = 10)
  void namespaceComesBackFromItsFile(@ForAll("namespaces") String name) throws Exception {
    Path directory = Files.createTempDirectory("sharedcounter-names");
    try {
      SharedCountersConfig config =
          SharedCountersConfig.builder()
              .instance("files")
              .jmx(false)
              .dataDirectory(directory)
              .namespace(NamespaceConfig.builder(name).archive(Durability.EVENTUAL).build())
              .build();
      for (long value = 1; value <= 2; value++) {
        try (SharedCounters counters = SharedCounters.open(config)) {
          assertEquals(value, counters.namespace(name).increment("x"));
        }
        try (Stream<Path> files = Files.list(directory)) {
          Set<String> found =
              files
                  .map(file -> String.valueOf(file.getFileName()))
                  .filter(file -> file.endsWith(".sqlite"))
                  .collect(Collectors.toSet());
          assertEquals(Set.of(name + ".sqlite"), found);
        }
      }
    } finally {
      delete(directory);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    assertTrue(Files.notExists(directory));
  }

  @Provide
  Arbitrary<String> namespaces() {
    Arbitrary<String> first = Arbitraries.strings().withChars("az09").ofLength(1);
    Arbitrary<String> rest = Arbitraries.strings().withChars("abz019_-").ofMaxLength(63);
    Arbitrary<String> odd =
        Arbitraries.of("con", "nul", "x-wal", "a-shm", "0".repeat(64), "journal");
    return Arbitraries.oneOf(odd, Combinators.combine(first, rest).as(String::concat));
  }
}
