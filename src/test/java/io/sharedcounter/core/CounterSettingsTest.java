package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CounterSettingsTest {
  @Test
  void defaultsAreThoseOfTheContract() {
    CounterSettings settings = CounterSettings.of("orders");
    assertEquals("orders", settings.namespace());
    assertEquals(1_000_000, settings.maxCounters());
    assertEquals(Duration.ofSeconds(10), settings.lockWait());
  }

  @Test
  void whatIsOutOfRangeIsRefusedAndSaysWhatIsAllowed() {
    assertRefused("max-counters is 0; use 1 or more", () -> settings("a", 0, Duration.ZERO));
    assertRefused(
        "lock-wait is PT-0.001S; use PT0S to PT1H", () -> settings("a", 1, Duration.ofMillis(-1)));
    assertRefused(
        "lock-wait is PT1H0.001S", () -> settings("a", 1, Duration.ofHours(1).plusMillis(1)));
    assertRefused("namespace 'A' is not allowed", () -> settings("A", 1, Duration.ZERO));
    settings("a", Integer.MAX_VALUE, Duration.ofHours(1));
  }

  private static void settings(String namespace, int maxCounters, Duration lockWait) {
    new CounterRegistry(
        new CounterSettings(namespace, maxCounters, lockWait, SteadyClock.INSTANCE));
  }

  private static void assertRefused(String text, Executable settings) {
    String message = assertThrows(IllegalArgumentException.class, settings).getMessage();
    assertTrue(message.contains(text), message);
  }
}
