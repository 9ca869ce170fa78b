package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The few operations between which one check or step of the word stands, in every interleaving that
 * Lincheck reaches: far more of them than where operations are drawn by lot. Each scenario starts
 * with a counter of value 0 that is locked, and room for one more.
 */
@Tag("proof")
public class WordLincheckTest {
  private static final boolean LONG = "long".equals(System.getProperty("sharedcounter.proof"));
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final CounterRegistry registry =
      new CounterRegistry(new CounterSettings("test", 2, Duration.ZERO, () -> NOW));
  private final Counter counter = registry.counter("a");
  private final Counter absent = new Counter(counter.table(), "b");

  public WordLincheckTest() {
    Change lock = new Change(io.sharedcounter.core.Operation.LOCK, 30_000, 0, "t", "test");
    registry.apply("a", lock);
  }

  @Operation
  public void unlock() {
    Change unlock = Change.of(io.sharedcounter.core.Operation.UNLOCK, 0, "test");
    registry.apply("a", unlock.under("t"));
  }

  @Operation
  public long addOne() {
    return counter.increment();
  }

  @Operation
  public long subtractOne() {
    return counter.increment(-1);
  }

  @Operation
  public long setFive() {
    return counter.getSet(5);
  }

  @Operation
  public long setWide() {
    return counter.getSet(Long.MAX_VALUE - 1);
  }

  @Operation
  public boolean zeroToThree() {
    return counter.compareAndSet(0, 3);
  }

  @Operation
  public long get() {
    return counter.get();
  }

  @Operation
  public long create() {
    return absent.increment();
  }

  @Operation
  public long createOther() {
    return registry.increment("c");
  }

  @Operation
  public long getCreated() {
    return absent.get();
  }

  @Operation
  public void close() {
    registry.close();
  }

  /**
   * Loads and initializes every class before threads meet: one that is stopped in the middle of
   * that would hold up the others, which Lincheck takes for a hang and cannot repeat.
   */
  @BeforeAll
  static void everyClassIsInitialized() {
    WordLincheckTest once = new WordLincheckTest();
    assertThrows(CounterLockedException.class, once::addOne);
    assertThrows(CounterLockedException.class, once::subtractOne);
    assertThrows(CounterLockedException.class, once::setFive);
    assertThrows(CounterLockedException.class, once::zeroToThree);
    once.unlock();
    assertEquals(1, once.addOne());
    assertEquals(1, once.setWide());
    assertEquals(1, once.create());
    assertThrows(IllegalStateException.class, once::createOther);
    once.close();
    assertThrows(IllegalStateException.class, once::get);
  }

  /**
   * Only in the long form: now and then Lincheck takes a refused operation of this scenario for
   * hung and then cannot repeat that. WordModelTest goes through the same steps every time.
   */
  @Test
  @Tag("long")
  void releaseMeetsAdditionAndSubtraction() {
    check("| unlock | addOne | subtractOne | get");
  }

  @Test
  void additionMeetsAddition() {
    check("unlock | addOne | addOne | get");
  }

  @Test
  void replacementMeetsAddition() {
    check("unlock | setFive | addOne subtractOne | get");
  }

  @Test
  void replacementMeetsReplacement() {
    check("unlock | setFive | zeroToThree | get");
  }

  @Test
  void comparisonMeetsComparison() {
    check("unlock | zeroToThree | zeroToThree | get");
  }

  @Test
  void subtractionMeetsSubtraction() {
    check("unlock | subtractOne | subtractOne | get");
  }

  @Test
  void goingOffMeetsAddition() {
    check("unlock | setWide setFive | addOne | get");
  }

  @Test
  void creationMeetsCreationWhereThereIsRoomForOne() {
    check("unlock | create | createOther |");
  }

  @Test
  void closeMeetsCreation() {
    check("unlock | close | create | getCreated");
  }

  private void check(String scenario) {
    String[] parts = scenario.split("\\|", -1);
    List<List<Actor>> threads =
        Arrays.stream(parts, 1, parts.length - 1).map(this::actors).toList();
    new ModelCheckingOptions()
        .iterations(0)
        .invocationsPerIteration(LONG ? 10_000 : 700)
        .minimizeFailedScenario(false)
        .addCustomScenario(
            new ExecutionScenario(actors(parts[0]), threads, actors(parts[parts.length - 1]), null))
        .check(WordLincheckTest.class);
  }

  private List<Actor> actors(String names) {
    return Arrays.stream(names.strip().split(" "))
        .filter(name -> !name.isEmpty())
        .map(this::actor)
        .toList();
  }

  private Actor actor(String name) {
    try {
      Method method = WordLincheckTest.class.getMethod(name);
      return new Actor(method, List.of());
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }
}
