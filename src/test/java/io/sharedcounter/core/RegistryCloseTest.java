package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RegistryCloseTest {
  @Test
  void everyOperationIsRefusedAfterClose() {
    CounterRegistry registry = Registries.empty();
    Counter on = registry.counter("on");
    on.increment();
    Counter handle = registry.counter("absent");
    Counter wide = registry.counter("wide");
    wide.set(Long.MAX_VALUE);
    CounterLock lock = registry.lockCounter("locked");
    registry.close();
    registry.close();

    List<Executable> operations =
        List.of(
            on::get,
            on::peek,
            on::increment,
            on::getIncrement,
            () -> on.increment(-1),
            () -> on.set(1),
            () -> on.getSet(1),
            () -> on.compareAndSet(1, 2),
            on::lock,
            handle::peek,
            handle::increment,
            wide::get,
            () -> wide.set(0),
            lock::get,
            lock::increment,
            () -> registry.get("on"),
            () -> registry.peek("on"),
            () -> registry.increment("new"),
            () -> registry.remove("on"),
            () -> registry.counter("on"),
            registry::getAllCounters,
            () -> registry.findCounters("", "", 1),
            () -> registry.lockCounter("on"),
            registry::count,
            registry::locks);
    for (Executable operation : operations) {
      assertEquals(
          "Not applied: namespace 'test' is closed",
          assertThrows(NotAppliedException.class, operation).getMessage());
    }
    lock.close();
  }

  @Test
  void noCounterLivesOnThatWasUsedWhileTheRegistryClosed() throws Exception {
    for (int round = 0; round < Registries.rounds(300); round++) {
      CounterRegistry registry = Registries.limitedTo(1_000_000);
      Counter wide = registry.counter("wide");
      int number = round;
      Background<Void> user =
          Background.start(
              () -> {
                for (int i = 0; ; i++) {
                  registry.increment("n" + (number + i));
                  wide.set((1L << 61) - 1);
                  wide.increment();
                  wide.set(0);
                }
              });
      while (registry.count() < 3) {
        Thread.onSpinWait();
      }
      Counter last = registry.counter("n" + (number + registry.count()));
      registry.close();
      assertThrows(NotAppliedException.class, user::result);
      assertThrows(NotAppliedException.class, wide::get);
      assertThrows(NotAppliedException.class, last::increment);
    }
  }
}
