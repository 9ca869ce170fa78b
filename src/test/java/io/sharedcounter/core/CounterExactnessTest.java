package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random walks, most of them near the edges of the word, against exact integers. */
class CounterExactnessTest {
  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

  private enum Kind {
    SET,
    GET_SET,
    INCREMENT,
    GET_INCREMENT,
    COMPARE_AND_SET,
    LOCK_AND_ADD,
    REMOVE
  }

  private record Step(Kind kind, long argument) {}

  @Property(tries = 3_000)
  void everyWalkGivesWhatExactIntegersGive(@ForAll("walks") List<Step> walk) {
    CounterRegistry registry = Registries.empty();
    Counter counter = registry.counter("a");
    BigInteger exact = BigInteger.valueOf(counter.get());
    for (Step step : walk) {
      exact = applied(registry, counter, exact, step);
      assertEquals(exact.longValueExact(), counter.get());
    }
  }

  private static BigInteger applied(
      CounterRegistry registry, Counter counter, BigInteger exact, Step step) {
    BigInteger argument = BigInteger.valueOf(step.argument());
    BigInteger sum = exact.add(argument);
    boolean fits = sum.compareTo(MIN) >= 0 && sum.compareTo(MAX) <= 0;
    switch (step.kind()) {
      case SET -> {
        assertEquals(step.argument(), counter.set(step.argument()));
        return argument;
      }
      case GET_SET -> {
        assertEquals(exact.longValueExact(), counter.getSet(step.argument()));
        return argument;
      }
      case COMPARE_AND_SET -> {
        boolean equal = exact.equals(argument);
        assertEquals(equal, counter.compareAndSet(step.argument(), ~step.argument()));
        return equal ? argument.not() : exact;
      }
      case REMOVE -> {
        assertEquals(exact.longValueExact(), registry.remove("a"));
        return BigInteger.ZERO;
      }
      case INCREMENT, GET_INCREMENT, LOCK_AND_ADD -> {
        try {
          long returned = add(counter, step);
          assertEquals(true, fits, "an overflow was not refused");
          assertEquals((step.kind() == Kind.GET_INCREMENT ? exact : sum).longValue(), returned);
          return sum;
        } catch (ArithmeticException e) {
          assertEquals(false, fits, e.getMessage());
          return exact;
        }
      }
    }
    throw new AssertionError(step);
  }

  private static long add(Counter counter, Step step) {
    if (step.kind() == Kind.LOCK_AND_ADD) {
      try (CounterLock lock = counter.lock()) {
        return lock.increment(step.argument());
      }
    }
    return step.kind() == Kind.INCREMENT
        ? counter.increment(step.argument())
        : counter.getIncrement(step.argument());
  }

  @Provide
  Arbitrary<List<Step>> walks() {
    Arbitrary<Long> edges =
        Combinators.combine(
                Arbitraries.of(31, 32, 59, 60, 61, 62, 63),
                Arbitraries.longs().between(-3, 3),
                Arbitraries.of(1L, -1L))
            .as((bit, near, sign) -> sign * (1L << bit) + near);
    Arbitrary<Long> numbers =
        Arbitraries.oneOf(edges, Arbitraries.longs(), Arbitraries.longs().between(-2, 2), edges);
    return Combinators.combine(Arbitraries.of(Kind.class), numbers)
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }
}
