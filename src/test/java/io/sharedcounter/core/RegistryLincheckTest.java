package io.sharedcounter.core;

import java.time.Duration;
import java.time.Instant;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation of a registry, in every order that Lincheck finds, against a registry that does
 * one at a time. Two names, values on both sides of 2^61, locks under two tokens; room for one
 * counter less than there are names, so that the limit is met.
 */
@Tag("proof")
@Param(name = "name", gen = IntGen.class, conf = "0:1")
@Param(name = "slot", gen = IntGen.class, conf = "0:1")
@Param(name = "small", gen = IntGen.class, conf = "-1:2")
@Param(name = "edge", gen = IntGen.class, conf = "-2:2")
@SuppressWarnings("this-escape") // JUnit wants one constructor, Lincheck one without parameters
public class RegistryLincheckTest {
  private static final boolean LONG = "long".equals(System.getProperty("sharedcounter.proof"));
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final CounterRegistry registry = empty();
  private final Counter handle = registry.counter("0");

  static CounterSettings settings() {
    return new CounterSettings("test", 1, Duration.ZERO, () -> NOW);
  }

  CounterRegistry empty() {
    return Registries.cleared(settings());
  }

  /** Values around the point where the word is left, and the ends of the range. */
  private static long value(int edge) {
    return switch (edge) {
      case -2 -> Long.MIN_VALUE;
      case -1 -> -(1L << 61);
      case 1 -> (1L << 61) - 1;
      case 2 -> Long.MAX_VALUE;
      default -> 0;
    };
  }

  private static String name(int name) {
    return Integer.toString(name);
  }

  @Operation
  public long get(@Param(name = "name") int name) {
    return registry.get(name(name));
  }

  @Operation
  public String peek(@Param(name = "name") int name) {
    return registry.peek(name(name)).toString();
  }

  @Operation
  public long set(@Param(name = "name") int name, @Param(name = "edge") int value) {
    return registry.set(name(name), value(value));
  }

  @Operation
  public long getSet(@Param(name = "name") int name, @Param(name = "small") int value) {
    return registry.getSet(name(name), value);
  }

  @Operation
  public long increment(@Param(name = "name") int name, @Param(name = "small") int value) {
    return registry.increment(name(name), value);
  }

  @Operation
  public long getIncrement(@Param(name = "name") int name) {
    return registry.getIncrement(name(name));
  }

  @Operation
  public long handleIncrement() {
    return handle.increment();
  }

  @Operation
  public long handleAdd(@Param(name = "edge") int value) {
    return handle.increment(value(value));
  }

  @Operation
  public boolean compareAndSet(
      @Param(name = "name") int name,
      @Param(name = "small") int expected,
      @Param(name = "small") int value) {
    return registry.compareAndSet(name(name), expected, value);
  }

  @Operation
  public long remove(@Param(name = "name") int name) {
    return registry.remove(name(name));
  }

  /** Locks counter 0 for a slot; the threads of Lincheck are not to count as the holder. */
  @Operation
  public boolean lock(@Param(name = "slot") int slot) {
    Change lock = new Change(io.sharedcounter.core.Operation.LOCK, 30_000, 0, "t" + slot, "test");
    return registry.apply("0", lock).created();
  }

  @Operation
  public long setUnderLock(@Param(name = "slot") int slot, @Param(name = "edge") int value) {
    return under(io.sharedcounter.core.Operation.GET_SET, value(value), slot).before();
  }

  @Operation
  public long addUnderLock(@Param(name = "slot") int slot, @Param(name = "small") int value) {
    return under(io.sharedcounter.core.Operation.INCREMENT, value, slot).after();
  }

  @Operation
  public long unlock(@Param(name = "slot") int slot) {
    return under(io.sharedcounter.core.Operation.UNLOCK, 0, slot).after();
  }

  @Operation
  public void breakLock() {
    registry.apply("0", Change.of(io.sharedcounter.core.Operation.BREAK_LOCK, 0, "test"));
  }

  private Reply under(io.sharedcounter.core.Operation operation, long argument, int slot) {
    return registry.apply("0", Change.of(operation, argument, "test").under("t" + slot));
  }

  @Test
  void everyOperationIsLinearizableUnderStress() {
    check(
        new StressOptions()
            .iterations(LONG ? 1_000 : 8)
            .invocationsPerIteration(LONG ? 20_000 : 1_000));
  }

  @Test
  void everyOperationIsLinearizableInEveryInterleavingThatIsTried() {
    check(
        new ModelCheckingOptions()
            .iterations(LONG ? 300 : 6)
            .invocationsPerIteration(LONG ? 10_000 : 300));
  }

  /** The writer is a thread that Lincheck does not lead, and SQLite no code that it sees. */
  @ParameterizedTest
  @EnumSource(names = "MEMORY", mode = EnumSource.Mode.EXCLUDE)
  void everyOperationIsLinearizableWhereCountersSurvive(Registries.Kind kind) {
    Registries.use(kind);
    try {
      check(
          new StressOptions()
              .sequentialSpecification(InMemory.class)
              .iterations(LONG ? 100 : 2)
              .invocationsPerIteration(LONG ? 2_000 : 120));
    } finally {
      Registries.use(Registries.Kind.MEMORY);
    }
  }

  /** What does one operation at a time. */
  public static final class InMemory extends RegistryLincheckTest {
    @Override
    CounterRegistry empty() {
      return new CounterRegistry(settings());
    }
  }

  private static void check(Options<?, ?> options) {
    check(options, RegistryLincheckTest.class);
  }

  static void check(Options<?, ?> options, Class<?> test) {
    options
        .threads(3)
        .actorsPerThread(LONG ? 4 : 3)
        .actorsBefore(2)
        .actorsAfter(2)
        .minimizeFailedScenario(false)
        .check(test);
  }
}
