package io.sharedcounter.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.NamespaceConfig;
import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import io.sharedcounter.core.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the operators' page to the MBeans and to the pictures that there are. */
class OperatorsPageTest {
  private static final Path CONFIG = Path.of("jmx-config");
  private static final Pattern PICTURE = Pattern.compile("\\]\\((screenshots/[^)]+)\\)");
  private static final Pattern BUTTON = Pattern.compile("`([a-zA-Z]+)`");

  @Test
  void everyButtonOfTheRegistryIsExplainedAndNoOther(@TempDir Path data) throws Exception {
    MBeanServer server = MBeanServerFactory.newMBeanServer();
    Set<String> buttons = new TreeSet<>();
    NamespaceConfig withAllFeatures =
        NamespaceConfig.builder("orders")
            .archive(Durability.PROCESS_KILL)
            .snapshotEvery(Duration.ofHours(1))
            .serialize()
            .build();
    SharedCountersConfig config =
        SharedCountersConfig.builder()
            .mBeanServer(server)
            .dataDirectory(data)
            .namespace(withAllFeatures)
            .build();
    try (SharedCounters counters = SharedCounters.open(config)) {
      String namespace = counters.namespace("orders").namespace();
      ObjectName name =
          new ObjectName("io.sharedcounter:type=CounterRegistry,namespace=" + namespace);
      for (MBeanOperationInfo operation : server.getMBeanInfo(name).getOperations()) {
        buttons.add(operation.getName());
      }
    }
    String table = page().replaceAll("(?s).*\\| button \\|.*?\n\\|---[^\n]*\n(.*?)\n\n.*", "$1");
    Set<String> explained =
        table
            .lines()
            .map(row -> row.substring(0, row.indexOf('|', 1)))
            .flatMap(cell -> BUTTON.matcher(cell).results())
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(buttons, explained);
  }

  @Test
  void everyPictureIsShownAndSmall() throws IOException {
    Set<Path> shown =
        PICTURE
            .matcher(page())
            .results()
            .map(MatchResult::group)
            .map(link -> CONFIG.resolve(link.substring(2, link.length() - 1)))
            .collect(Collectors.toCollection(TreeSet::new));
    try (Stream<Path> pictures = Files.list(CONFIG.resolve("screenshots"))) {
      assertEquals(pictures.collect(Collectors.toCollection(TreeSet::new)), shown);
    }
    for (Path picture : shown) {
      assertTrue(Files.size(picture) < 60_000, picture::toString);
    }
  }

  private static String page() throws IOException {
    return Files.readString(CONFIG.resolve("operators.md"));
  }
}
