package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.Durability;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void aNamespaceWithAFileIsNotOpenedInMemory() {
    open().close();
    SharedCountersConfig forgotten = config(NamespaceConfig.builder("tickets"));
    String message =
        assertThrows(IllegalStateException.class, () -> SharedCounters.open(forgotten))
            .getMessage();
    assertTrue(message.contains("tickets.sqlite"), message);
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
