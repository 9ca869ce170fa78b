package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
  void aLedgerIsClosedOnceAndNothingReachesItAfterwards() throws Exception {
    AtomicInteger closes = new AtomicInteger();
    CountDownLatch mayEnd = new CountDownLatch(1);
    Ledger ledger =
        (Ledger)
            Proxy.newProxyInstance(
                Ledger.class.getClassLoader(),
                new Class<?>[] {Ledger.class},
                (proxy, method, arguments) -> {
                  switch (method.getName()) {
                    case "start" -> {
                      return null;
                    }
                    case "close" -> {
                      closes.incrementAndGet();
                      assertTrue(mayEnd.await(Background.DEADLINE_SECONDS, TimeUnit.SECONDS));
                      return null;
                    }
                    default -> throw new AssertionError(method + " after close");
                  }
                });
    CounterRegistry registry = new CounterRegistry(CounterSettings.of("test"), ledger);
    Counter counter = registry.counter("a");
    Background<Void> first = closing(registry);
    first.awaitWaiting();
    Background<Void> second = closing(registry);
    second.awaitBlocked();
    List<Executable> operations =
        List.of(
            counter::increment,
            counter::get,
            counter::peek,
            () -> registry.glance("a"),
            () -> registry.remove("a"),
            registry::getAllCounters,
            registry::count,
            registry::locks);
    for (Executable operation : operations) {
      assertThrows(NotAppliedException.class, operation);
    }
    mayEnd.countDown();
    first.result();
    second.result();
    assertEquals(1, closes.get());
  }

  private static Background<Void> closing(CounterRegistry registry) {
    return Background.start(
        () -> {
          registry.close();
          return null;
        });
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
