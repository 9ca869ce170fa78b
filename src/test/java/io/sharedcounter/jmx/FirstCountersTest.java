package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.Test;

final class FirstCountersTest {
  private static final long SECOND = 1_000_000_000;

  private final CounterRegistry registry = new CounterRegistry(CounterSettings.of("orders"));
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
  private final FirstCounters first = new FirstCounters(registry, nanos::get);

  @Test
  void isNullWithoutCounters() {
    assertNull(first.all());
    assertFalse(first.isTruncated());
  }

  @Test
  void isGatheredOnceASecond() {
    registry.set("a", 1);
    CompositeData gathered = first.all();
    registry.set("a", 2);
    nanos.addAndGet(SECOND - 1);
    assertSame(gathered, first.all());
    nanos.addAndGet(1);
    assertEquals(Map.of("a", 2L), RegistryMBeanTest.items(first.all()));
  }

  @Test
  void holdsTheFirstThousandByNameAndSaysThatThereAreMore() {
    for (int i = 0; i < FirstCounters.LIMIT; i++) {
      registry.set(String.format(Locale.ROOT, "c%04d", i), i);
    }
    assertEquals(1_000, first.all().getCompositeType().keySet().size());
    assertFalse(first.isTruncated());
    registry.set("b", 1);
    nanos.addAndGet(SECOND);
    assertTrue(first.isTruncated());
    assertEquals(1_000, first.all().getCompositeType().keySet().size());
    assertTrue(first.all().containsKey("b"));
    assertFalse(first.all().containsKey("c0999"));
  }
}
