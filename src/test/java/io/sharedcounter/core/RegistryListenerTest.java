package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistryListenerTest {
  private final List<String> heard = new ArrayList<>();
  private final ManualClock clock = new ManualClock();
  private final CounterRegistry registry = Registries.at(clock);

  RegistryListenerTest() {
    registry.listener(
        new RegistryListener() {
          @Override
          public void existenceChanged(Counter counter) {
            assertFalse(Thread.holdsLock(counter));
            heard.add(counter.name() + (counter.peek().isPresent() ? " is there" : " is gone"));
          }

          @Override
          public void locked(Counter counter, HeldLock lock) {
            heard.add(counter.name() + " locked by " + lock.holder());
          }

          @Override
          public void unlocked(Counter counter, HeldLock lock) {
            heard.add(counter.name() + " unlocked, was " + lock.holder());
          }
        });
  }

  @Test
  void creationAndRemovalAreToldOnceAndChangesAreNot() {
    registry.compareAndSet("a", 1, 2);
    registry.increment("a");
    registry.get("a");
    registry.remove("a");
    registry.get("a");
    assertEquals(List.of("a is there", "a is gone", "a is there"), heard);
  }

  @Test
  void locksAreToldAndTheirEnds() {
    registry.apply("a", Change.lock(1_000, "jmx:alice"));
    assertThrows(CounterLockedException.class, () -> registry.increment("a"));
    clock.advance(Duration.ofSeconds(1));
    registry.increment("a");
    registry.apply("a", Change.lock(0, "jmx:bob"));
    registry.apply("a", Change.of(Operation.BREAK_LOCK, 0, "jmx:carol"));
    registry.apply("a", Change.lock(0, "jmx:dave"));
    registry.unlockCounter("a", registry.locks().get("a").token());
    assertEquals(
        List.of(
            "a is there",
            "a locked by jmx:alice",
            "a unlocked, was jmx:alice",
            "a locked by jmx:bob",
            "a unlocked, was jmx:bob",
            "a locked by jmx:dave",
            "a unlocked, was jmx:dave"),
        heard);
  }

  @Test
  void whatIsRefusedIsNotTold() {
    assertThrows(CounterDoesntExistException.class, () -> registry.remove("a"));
    assertThrows(IllegalArgumentException.class, () -> registry.get(" a"));
    assertEquals(List.of(), heard);
  }
}
