package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/**
 * Interleavings of the word that luck would have to find, made to happen: an adder between landing
 * and taking back is played by the test itself; whoever goes aside waits for a monitor that the
 * test holds.
 */
class CounterWordTest {
  private static final long EDGE = 1L << 61;
  private static final VarHandle WORD;

  static {
    try {
      WORD =
          MethodHandles.privateLookupIn(Counter.class, MethodHandles.lookup())
              .findVarHandle(Counter.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ManualClock clock = new ManualClock();
  private final CounterRegistry registry = Registries.at(clock);
  private final Counter counter = registry.counter("a");

  private void land(long value) {
    WORD.getAndAdd(counter, value);
  }

  private void takeBack(long value) {
    WORD.getAndAdd(counter, -value);
  }

  private boolean isOn() {
    return (long) WORD.getVolatile(counter) == counter.get();
  }

  @Test
  void aCounterGoesOnWithItsFirstChangeAndAfterARelease() {
    assertFalse(isAbsentOn());
    counter.increment();
    assertTrue(isOn());
    try (CounterLock lock = counter.lock()) {
      lock.increment();
      assertFalse(isOn());
    }
    assertTrue(isOn());
    counter.set(EDGE);
    assertFalse(isOn());
    counter.set(EDGE / 2 - 1);
    assertTrue(isOn());
  }

  private boolean isAbsentOn() {
    long word = (long) WORD.getVolatile(counter);
    return word == word << 1 >> 1;
  }

  @Test
  void aCounterIsExactWhileAnAdderIsInTheWayAndAfterIt() {
    counter.set(7);
    CounterLock lock = counter.lock();
    land(5);
    lock.close();
    assertEquals(7, counter.get());
    assertEquals(6, counter.increment(-1));
    assertEquals(8, counter.increment(2));
    assertTrue(counter.compareAndSet(8, 9));
    assertFalse(isOn());
    takeBack(5);
    assertEquals(10, counter.increment());
    assertTrue(isOn());
    assertEquals(11, counter.increment());
  }

  @Test
  void anAdderThatNeverTakesItsNumberBackLeavesTheCounterExact() {
    counter.set(7);
    CounterLock lock = counter.lock();
    land(1);
    lock.close();
    assertEquals(8, counter.increment());
    assertEquals(3, counter.set(3));
    assertEquals(3, registry.remove("a"));
    assertEquals(1, counter.increment());
  }

  @Test
  void noOverflowingStackMakesACounterHangOrBeInexact() throws Exception {
    CounterLock lock = counter.lock();
    // Whatever a refusal needs is loaded here, where there is stack for it.
    assertThrows(CounterLockedException.class, () -> registry.apply("a", change()));
    Thread deep = new Thread(null, () -> dive(1_000_000, new int[] {2_000}), "deep", 256 * 1024);
    deep.start();
    deep.join();
    assertEquals(0, lock.get());
    Background<Long> next =
        Background.start(
            () -> {
              lock.close();
              return counter.increment();
            });
    assertEquals(1, next.result());
  }

  private static Change change() {
    return Change.of(Operation.INCREMENT, 1, "test");
  }

  /** Goes down until there is no stack left; increments there, and from there up. */
  private void dive(int depth, int[] tries) {
    try {
      if (depth > 0) {
        dive(depth - 1, tries);
      }
    } catch (StackOverflowError e) {
      // Here is the bottom.
    }
    if (tries[0] > 0) {
      tries[0]--;
      try {
        counter.increment();
      } catch (StackOverflowError | LinkageError | CounterLockedException e) {
        // The first where there is too little stack, the last where there is enough.
      }
    }
  }

  @Test
  void anAdderThatFindsTheWordPastItsLimitPutsTheCounterAside() {
    counter.set(0);
    counter.set(EDGE - 1);
    assertEquals(EDGE, counter.increment());
    assertTrue(isOn());
    assertEquals(EDGE + 1, counter.increment());
    assertFalse(isOn());
    assertEquals(EDGE + 2, counter.increment());
  }

  @Test
  void aValueNearTheLimitDoesNotGoToAndFro() {
    counter.set(EDGE);
    counter.set(EDGE / 2);
    assertFalse(isOn());
    counter.increment(-1);
    assertTrue(isOn());
  }

  @Test
  void aChangeThatMeetsACloseDoesNotLetTheCounterLiveOn() throws Exception {
    counter.set(1);
    Background<Long> adder;
    synchronized (counter) {
      adder = Background.start(() -> counter.increment(1L << 40 << 22));
      adder.awaitBlocked();
      registry.close();
    }
    assertThrows(NotAppliedException.class, adder::result);
    assertThrows(NotAppliedException.class, counter::get);
  }

  @Test
  void anAdderPastTheLimitThatMeetsACloseDoesNotLetTheCounterLiveOn() throws Exception {
    counter.set(0);
    counter.set(EDGE - 1);
    counter.increment();
    Background<Long> adder;
    synchronized (counter) {
      adder = Background.start(() -> counter.increment());
      adder.awaitBlocked();
      assertEquals(0, counter.set(0));
      registry.close();
    }
    assertEquals(EDGE + 1, adder.result());
    assertThrows(NotAppliedException.class, counter::get);
    assertThrows(NotAppliedException.class, counter::increment);
  }

  @Test
  void aReaderThatMeetsALockReadsAsideUnderTheMonitor() throws Exception {
    counter.set(EDGE);
    Background<OptionalLong> reader;
    synchronized (counter) {
      reader = Background.start(counter::peek);
      reader.awaitBlocked();
      counter.set(5);
    }
    assertEquals(OptionalLong.of(5), reader.result());
  }

  @Test
  void compareAndSetTakesEveryValueOnBothSides() {
    long[] values = {
      Long.MIN_VALUE, -2 * EDGE, -EDGE - 1, -EDGE, -1, 1, EDGE - 1, EDGE, 2 * EDGE, Long.MAX_VALUE
    };
    for (long expected : values) {
      for (long value : values) {
        CounterRegistry fresh = Registries.empty();
        Counter one = fresh.counter("a");
        assertFalse(one.compareAndSet(expected, value));
        assertEquals(0, one.get());
        assertFalse(one.compareAndSet(expected, value));
        assertTrue(one.compareAndSet(0, value));
        assertEquals(value, one.getSet(expected));
        assertTrue(one.compareAndSet(expected, value));
        assertEquals(value, one.getSet(1));
        assertFalse(one.compareAndSet(0, value));
        assertEquals(2, one.increment());
      }
    }
  }

  @Test
  void aHandleIsTheCounterAgainAfterARemoval() {
    Counter other = registry.counter("a");
    assertSame(counter, other);
    registry.increment("a");
    registry.remove("a");
    registry.increment("a");
    assertEquals(2, counter.increment());
    assertTrue(isOn());
    assertSame(counter, registry.counter("a"));
  }

  @Test
  void aHandleThatFellOutOfTheMapReadsTheCounterThatTookItsPlace() {
    Counter fallen = new Counter(counter.table(), "b");
    registry.set("b", 7);
    assertEquals(OptionalLong.of(7), fallen.peek());
    registry.set("b", EDGE);
    assertEquals(OptionalLong.of(EDGE), fallen.peek());
    assertEquals(EDGE + 1, fallen.increment());
    assertEquals(EDGE + 1, registry.get("b"));
  }

  /** Each loop is code of its own, so that the compiler takes out of it what it may. */
  @Test
  void aLoopSeesWhatAnotherThreadChanges() throws Exception {
    counter.set(0);
    CounterLock lock = registry.lockCounter("b");
    CounterTable table = counter.table();
    Instant end = lock.expiresAt();
    assertSees(
        () -> counter.set(1),
        () -> {
          while (counter.peek().getAsLong() == 0) {}
          return null;
        });
    assertSees(
        () -> lock.renew(Duration.ofSeconds(60)),
        () -> {
          while (lock.expiresAt().equals(end)) {}
          return null;
        });
    assertSees(
        () -> registry.listener(new RegistryListener() {}),
        () -> {
          while (table.listener() == RegistryListener.NONE) {}
          return null;
        });
    assertSees(
        registry::close,
        () -> {
          while (!table.isClosed()) {}
          return null;
        });
  }

  private static void assertSees(Runnable change, Callable<Void> loop) throws Exception {
    Background<Void> running = Background.start(loop);
    running.awaitRun(Duration.ofMillis(400));
    assertTrue(running.isRunning());
    change.run();
    running.result();
  }

  @Test
  void whatWasRemovedIsNotKeptInMemory() {
    List<WeakReference<Counter>> removed = new ArrayList<>();
    registry.listener(
        new RegistryListener() {
          @Override
          public void existenceChanged(Counter gone) {
            removed.add(new WeakReference<>(gone));
          }
        });
    registry.increment("b");
    registry.remove("b");
    assertThrows(CounterDoesntExistException.class, () -> registry.remove("b"));
    registry.peek("b");
    long start = System.nanoTime();
    while (removed.get(0).get() != null) {
      assertTrue(System.nanoTime() - start < 20_000_000_000L, "still in memory");
      System.gc();
    }
  }
}
