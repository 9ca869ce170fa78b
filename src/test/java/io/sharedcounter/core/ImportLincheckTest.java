package io.sharedcounter.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Imports of two counters at once among the operations that they meet, in every order that Lincheck
 * finds, against a registry that does one at a time: an import of several counters is one step.
 */
@Tag("proof")
@Param(name = "name", gen = IntGen.class, conf = "0:1")
@Param(name = "small", gen = IntGen.class, conf = "0:3")
public class ImportLincheckTest {
  private static final boolean LONG = "long".equals(System.getProperty("sharedcounter.proof"));
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final CounterRegistry registry =
      new CounterRegistry(new CounterSettings("test", 2, Duration.ZERO, () -> NOW));
  private final Counter handle = registry.counter("0");

  private static String name(int name) {
    return Integer.toString(name);
  }

  private long bring(Import.Mode mode, Map<String, Long> values) {
    return registry.importAll(new Import(values, mode));
  }

  @Operation
  public long importAdd(@Param(name = "small") int value) {
    return bring(Import.Mode.ADD, Map.of("0", 10L + value, "1", 20L + value));
  }

  @Operation
  public long importMax(@Param(name = "small") int value) {
    return bring(Import.Mode.MAX, Map.of("0", (long) value, "1", 30L + value));
  }

  @Operation
  public long importReplace(@Param(name = "name") int name, @Param(name = "small") int value) {
    return bring(Import.Mode.REPLACE, Map.of(name(name), 40L + value));
  }

  /** More than the room: refused wherever it is, and then not half done. */
  @Operation
  public long importTooMany(@Param(name = "small") int value) {
    return bring(Import.Mode.ADD, Map.of("0", 1L, "1", 1L, "2", (long) value));
  }

  @Operation
  public String peek(@Param(name = "name") int name) {
    return registry.peek(name(name)).toString();
  }

  @Operation
  public long increment(@Param(name = "name") int name, @Param(name = "small") int value) {
    return registry.increment(name(name), value);
  }

  @Operation
  public long handleIncrement() {
    return handle.increment();
  }

  @Operation
  public long handleFar() {
    return handle.increment(1L << 61);
  }

  @Operation
  public long remove(@Param(name = "name") int name) {
    return registry.remove(name(name));
  }

  @Operation
  public boolean lock() {
    Change lock = new Change(io.sharedcounter.core.Operation.LOCK, 30_000, 0, "t", "test");
    return registry.apply("0", lock).created();
  }

  @Operation
  public long unlock() {
    Change unlock = Change.of(io.sharedcounter.core.Operation.UNLOCK, 0, "test");
    return registry.apply("0", unlock.under("t")).after();
  }

  @Operation
  public int count() {
    return registry.count();
  }

  @Test
  void anImportIsOneStepUnderStress() {
    check(
        new StressOptions()
            .iterations(LONG ? 1_000 : 3)
            .invocationsPerIteration(LONG ? 20_000 : 300));
  }

  @Test
  void anImportIsOneStepInEveryInterleavingThatIsTried() {
    check(
        new ModelCheckingOptions()
            .iterations(LONG ? 300 : 1)
            .invocationsPerIteration(LONG ? 10_000 : 60));
  }

  private static void check(Options<?, ?> options) {
    RegistryLincheckTest.check(options, ImportLincheckTest.class);
  }
}
