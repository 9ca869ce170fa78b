package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jolokia.json.JSONObject;

/**
 * Every bad input of the contract through each of the three faces: the same text everywhere, the
 * type of the table, nothing changed, still alive.
 */
class BadInputsIT {
  private static final Class<?> ARGUMENT = IllegalArgumentException.class;
  private static final Class<?> STATE = IllegalStateException.class;
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final AtomicReference<Instant> NOW = new AtomicReference<>(START);
  private static final List<String> CREATING =
      List.of("get", "set", "getSet", "increment", "incrementBy", "getIncrement", "getIncrementBy");
  private static final String LONGEST = "l".repeat(255);
  private static Faces faces;

  /** A call that must be refused: with which exception of the JDK, with what text. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Bad(Class<?> type, String prefix, String operation, Object... arguments) {
    @Override
    public String toString() {
      return prefix + "from " + operation + Arrays.toString(arguments);
    }
  }

  @BeforeContainer
  static void open() throws Exception {
    faces =
        new Faces(
            SharedCountersConfig.builder()
                .clock(NOW::get)
                .lockWait(Duration.ZERO)
                .maxCounters(6)
                .namespace(NamespaceConfig.builder("bad").build()),
            "bad");
    faces.registry.set("top", Long.MAX_VALUE);
    faces.registry.set("bottom", Long.MIN_VALUE);
    faces.registry.lockCounter("held");
    faces.registry.set("free", 1);
    faces.registry.set("expired", 1);
    faces.registry.lockCounter("expired", Duration.ofMillis(1));
    NOW.set(START.plusMillis(2));
    faces.registry.set("marker", 0);
  }

  @AfterContainer
  static void close() throws Exception {
    faces.close();
  }

  @Property(tries = 400, shrinking = ShrinkingMode.OFF)
  void badNameIsRefused(@ForAll("badNames") Bad bad) throws Exception {
    assertRefused(bad);
  }

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void sumThatLeavesTheRangeIsRefused(@ForAll("overflows") Bad bad) throws Exception {
    assertRefused(bad);
  }

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void whatIsOutOfRangeOrNotThereIsRefused(@ForAll("others") Bad bad) throws Exception {
    assertRefused(bad);
  }

  @Provide
  Arbitrary<Bad> badNames() {
    Arbitrary<String> part = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(8);
    Arbitrary<Character> control = Arbitraries.chars().range('\0', '\u001f');
    Arbitrary<Character> high = Arbitraries.chars().range('\u007f', '\u009f');
    Arbitrary<Character> surrogate = Arbitraries.chars().range('\ud800', '\udfff');
    Arbitrary<Character> mark =
        Arbitraries.of('\u2028', '\u2029', '\u061c', '\u200e', '\u200f', '\u202a', '\u2069');
    Arbitrary<String> within =
        Combinators.combine(part, Arbitraries.oneOf(control, high, surrogate, mark), part)
            .as((start, middle, end) -> start + middle + end);
    Arbitrary<String> space =
        Combinators.combine(Arbitraries.of(" ", "\u00a0", "\u3000", "\u2007"), part)
            .as((blank, name) -> List.of(blank + name, name + blank, blank))
            .flatMap(Arbitraries::of);
    Arbitrary<String> tooLong =
        Arbitraries.of(LONGEST + "l", "é".repeat(128), "😀".repeat(64), "x".repeat(100_000));
    Arbitrary<String> name =
        Arbitraries.oneOf(within, space, tooLong, Arbitraries.just(""), Arbitraries.of("\udc00"));
    return name.flatMap(bad -> Arbitraries.of(withName(ARGUMENT, "counter name ", bad)));
  }

  /** Every operation that takes a name. */
  private static List<Bad> withName(Class<?> type, String prefix, String name) {
    List<Bad> all = new ArrayList<>(creating(type, prefix, name));
    for (String operation : List.of("peek", "remove", "breakLock")) {
      all.add(new Bad(type, prefix, operation, name));
    }
    all.add(new Bad(type, prefix, "unlockCounter", name, "token"));
    all.add(new Bad(type, prefix, "renewLock", name, "token", 5L));
    all.add(new Bad(type, prefix, "setAndUnlock", name, "token", 5L));
    return all;
  }

  private static List<Bad> creating(Class<?> type, String prefix, String name) {
    List<Bad> all = new ArrayList<>();
    for (String operation : CREATING) {
      boolean isUnary = operation.matches("get|increment|getIncrement");
      all.add(
          isUnary
              ? new Bad(type, prefix, operation, name)
              : new Bad(type, prefix, operation, name, 7L));
    }
    all.add(new Bad(type, prefix, "compareAndSet", name, 0L, 1L));
    all.add(new Bad(type, prefix, "lockCounter", name, 0L));
    return all;
  }

  @Provide
  Arbitrary<Bad> overflows() {
    Arbitrary<Long> up = Arbitraries.longs().between(1, Long.MAX_VALUE);
    Arbitrary<Long> down = Arbitraries.longs().between(Long.MIN_VALUE, -1);
    Arbitrary<String> operation = Arbitraries.of("incrementBy", "getIncrementBy");
    Class<?> type = ArithmeticException.class;
    return Arbitraries.oneOf(
        Combinators.combine(operation, up)
            .as((add, value) -> new Bad(type, "Overflow: top ", add, "top", value)),
        Combinators.combine(operation, down)
            .as((add, value) -> new Bad(type, "Overflow: bottom ", add, "bottom", value)),
        Arbitraries.of("increment", "getIncrement")
            .map(add -> new Bad(type, "Overflow: top ", add, "top")));
  }

  @Provide
  Arbitrary<Bad> others() {
    List<Bad> all = new ArrayList<>(creating(STATE, "Limit: namespace 'bad' ", "seventh"));
    for (String operation : List.of("peek", "remove", "breakLock")) {
      all.add(new Bad(ARGUMENT, "Not found: absent", operation, "absent"));
    }
    all.add(new Bad(ARGUMENT, "Not found: absent", "unlockCounter", "absent", "token"));
    all.add(new Bad(ARGUMENT, "Not found: absent", "renewLock", "absent", "token", 5L));
    for (String name : List.of("held", "free", "expired")) {
      String prefix = name.equals("held") ? "Locked: held is held by app " : "Not locked: " + name;
      for (String token : List.of("wrong", "", "😀".repeat(1_000))) {
        all.add(new Bad(STATE, prefix, "unlockCounter", name, token));
        all.add(new Bad(STATE, prefix, "renewLock", name, token, 5L));
        all.add(new Bad(STATE, prefix, "setAndUnlock", name, token, 5L));
      }
    }
    all.add(new Bad(STATE, "Not locked: free", "breakLock", "free"));
    all.add(new Bad(STATE, "Locked: held is held by app ", "remove", "held"));
    creating(STATE, "Locked: held is held by app ", "held").stream()
        .filter(bad -> !bad.operation.equals("get"))
        .forEach(all::add);
    for (long lease : new long[] {-1, 600_001, Long.MIN_VALUE, Long.MAX_VALUE}) {
      all.add(new Bad(ARGUMENT, "lease of ", "lockCounter", "free", lease));
      all.add(new Bad(ARGUMENT, "lease of ", "renewLock", "held", "wrong", lease));
    }
    for (long limit : new long[] {0, -1, 10_001, 1L << 32, (1L << 32) + 1, Long.MIN_VALUE}) {
      all.add(new Bad(ARGUMENT, "limit ", "findCounters", "", "", limit));
    }
    for (String pattern : List.of("\\", "a*\\", "*".repeat(1_001))) {
      all.add(new Bad(ARGUMENT, "pattern '", "findCounters", pattern, "", 5L));
    }
    return Arbitraries.of(all);
  }

  private static void assertRefused(Bad bad) throws Exception {
    Object before = state();
    RuntimeException jmx =
        assertThrows(
            RuntimeException.class,
            () -> faces.overJmx(bad.operation, bad.arguments),
            () -> "" + bad);
    assertEquals(bad.type, jmx.getClass(), bad::toString);
    String text = jmx.getMessage();
    assertTrue(text.startsWith(bad.prefix), () -> bad + " -> " + text);

    boolean showsArgument = text.startsWith("lease of ") || text.startsWith("limit ");
    try {
      assertTrue(faces.inProcess(bad.operation, bad.arguments).isEmpty(), bad::toString);
    } catch (RuntimeException inProcess) {
      assertTrue(bad.type.isInstance(inProcess) || isMissing(inProcess), () -> "" + inProcess);
      assertTrue(inProcess.getMessage().startsWith(bad.prefix), inProcess::getMessage);
      assertTrue(showsArgument || text.equals(inProcess.getMessage()), inProcess::getMessage);
    }
    for (JSONObject http :
        List.of(
            faces.byPost(bad.operation, bad.arguments),
            faces.inBulk(bad.operation, bad.arguments))) {
      assertEquals(text, http.get("error"));
      assertEquals(bad.type.getName(), http.get("error_type"));
      assertEquals(500L, http.get("status"));
    }
    assertEquals(before, state());

    long count = faces.registry.increment("marker");
    assertEquals(count + 1, faces.overJmx("increment", "marker"));
    assertEquals(count + 2, faces.byPost("increment", "marker").get("value"));
  }

  private static boolean isMissing(RuntimeException inProcess) {
    return inProcess instanceof java.util.NoSuchElementException;
  }

  private static Object state() {
    return List.of(faces.registry.getAllCounters(), faces.registry.locks().toString());
  }
}
