package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sharedcounter.core.CounterDoesntExistException;
import io.sharedcounter.core.CounterLockedException;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import io.sharedcounter.testing.Warnings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RefusalsOverJmxTest {
  private static final Class<?> ARGUMENT = IllegalArgumentException.class;
  private static final Class<?> STATE = IllegalStateException.class;

  private final OpenNamespace orders = new OpenNamespace(1);

  @AfterEach
  void close() {
    orders.close();
  }

  @Test
  void whatNeedsACounterDoesNotFindIt() {
    orders.refuses(ARGUMENT, "Not found: x", "peek", "x");
    orders.refuses(ARGUMENT, "Not found: x", "remove", "x");
    orders.refuses(ARGUMENT, "Not found: x", "unlockCounter", "x", "token");
    orders.refuses(ARGUMENT, "Not found: x", "renewLock", "x", "token", 0L);
    orders.refuses(ARGUMENT, "Not found: x", "breakLock", "x");
    orders.refuses(
        STATE,
        "Not locked: x; the lease ended or the lock was released",
        "setAndUnlock",
        "x",
        "token",
        1L);
  }

  @Test
  void everyOperationRefusesABadName() {
    String text = "counter name ' x' starts or ends with white space";
    for (String operation : List.of("get", "peek", "increment", "getIncrement", "remove")) {
      orders.refuses(ARGUMENT, text, operation, " x");
    }
    for (String operation : List.of("set", "getSet", "incrementBy", "getIncrementBy")) {
      orders.refuses(ARGUMENT, text, operation, " x", 1L);
    }
    orders.refuses(ARGUMENT, text, "compareAndSet", " x", 0L, 1L);
    orders.refuses(ARGUMENT, text, "lockCounter", " x", 0L);
    orders.refuses(ARGUMENT, text, "setAndUnlock", " x", "token", 1L);
    orders.refuses(ARGUMENT, text, "renewLock", " x", "token", 0L);
    orders.refuses(ARGUMENT, text, "unlockCounter", " x", "token");
    orders.refuses(ARGUMENT, text, "breakLock", " x");
  }

  @Test
  void badPatternsLimitsAndLeasesSayTheRule() {
    for (long limit : new long[] {0, -1, 10_001, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE}) {
      String text = "limit " + limit + " is not allowed; use 1 to 10000";
      orders.refuses(ARGUMENT, text, "findCounters", "", "", limit);
    }
    orders.refuses(
        ARGUMENT,
        "pattern 'a\\' ends in a lone \\; write \\\\ for a backslash",
        "findCounters",
        "a\\",
        "",
        1L);
    String lease = "lease of -1 ms is not allowed; 1 to 600000 are, and 0 for 30000";
    orders.refuses(ARGUMENT, lease, "lockCounter", "x", -1L);
    orders.refuses(ARGUMENT, lease, "renewLock", "x", "token", -1L);
  }

  @Test
  void everyChangeOfALockedCounterFailsAtOnceNamingTheHolder() {
    orders.lock("x");
    String text = "Locked: x is held by jmx:local until 2030-01-01T00:00:30Z";
    for (String operation : List.of("increment", "getIncrement", "remove")) {
      orders.refuses(STATE, text, operation, "x");
    }
    for (String operation : List.of("set", "getSet", "incrementBy", "getIncrementBy")) {
      orders.refuses(STATE, text, operation, "x", 1L);
    }
    orders.refuses(STATE, text, "compareAndSet", "x", 0L, 1L);
    orders.refuses(STATE, text, "lockCounter", "x", 0L);
    orders.refuses(STATE, text, "renewLock", "x", "wrong", 0L);
    assertEquals(0L, orders.call("get", "x"));
    assertEquals(0L, orders.call("peek", "x"));
  }

  @Test
  void anExpiredTokenIsNotLockedAnyMore() {
    String token = orders.lock("x");
    orders.now.set(orders.now.get().plusSeconds(30));
    String text = "Not locked: x; the lease ended or the lock was released";
    orders.refuses(STATE, text, "setAndUnlock", "x", token, 1L);
    orders.refuses(STATE, text, "renewLock", "x", token, 0L);
    orders.refuses(STATE, text, "unlockCounter", "x", token);
    orders.refuses(STATE, text, "breakLock", "x");
  }

  @Test
  void overflowAndTheLimitOfCountersChangeNothing() {
    orders.registry.set("x", Long.MAX_VALUE);
    String text =
        "Overflow: x is 9223372036854775807, adding 1 leaves the 64-bit range; nothing changed";
    orders.refuses(ArithmeticException.class, text, "increment", "x");
    orders.refuses(ArithmeticException.class, text, "getIncrementBy", "x", 1L);
    String limit =
        "Limit: namespace 'orders' holds 1 counters, its max-counters; remove some or raise it";
    orders.refuses(STATE, limit, "get", "y");
    orders.refuses(STATE, limit, "lockCounter", "y", 0L);
  }

  @Test
  void argumentsThatDoNotFitAreRefusedBeforeAnythingRuns() {
    orders.refuses(ARGUMENT, "set: arguments must be [name, value], found 1", "set", "x");
    orders.refuses(
        ARGUMENT, "getAllCounters: arguments must be [], found 1", "getAllCounters", "x");
    orders.refuses(ARGUMENT, "get: arguments must be [name], found 0", "get", (Object[]) null);
    orders.refuses(ARGUMENT, "set: value must be a long, not a java.lang.Integer", "set", "x", 1);
    orders.refuses(ARGUMENT, "set: value must be a long, not null", "set", "x", null);
    orders.refuses(
        ARGUMENT, "get: name must be a java.lang.String, not null", "get", new Object[] {null});
    orders.refuses(
        ARGUMENT, "get: name must be a java.lang.String, not a java.lang.Long", "get", 1L);
  }

  @Test
  void aClosedNamespaceSaysSo() {
    orders.registry.close();
    RuntimeException e =
        assertThrows(IllegalStateException.class, () -> orders.call("increment", "x"));
    assertEquals("Not applied: namespace 'orders' is closed", e.getMessage());
    assertEquals(IllegalStateException.class, e.getClass());
  }

  @Test
  void everyExceptionOfTheContractLeavesAsOneOfTheJdkWithTheSameText() {
    RuntimeException foreign = new CounterDoesntExistException("inner");
    Map<RuntimeException, Class<?>> table =
        Map.of(
            new CounterDoesntExistException("Not found: x"), ARGUMENT,
            new CounterLockedException("Locked: x"), STATE,
            new NotAppliedException("Not applied: x"), STATE,
            new OutcomeUnknownException("Outcome unknown: x"), STATE,
            new ArithmeticException("Overflow: x"), ArithmeticException.class,
            new SecurityException("Forbidden: x"), SecurityException.class,
            new IllegalStateException("Limit: x"), STATE,
            new IllegalArgumentException("x"), ARGUMENT);
    table.forEach(
        (thrown, type) -> {
          thrown.initCause(foreign);
          thrown.addSuppressed(foreign);
          RuntimeException seen = ClientErrors.of(thrown, null, "x");
          assertEquals(type, seen.getClass());
          assertEquals(thrown.getMessage(), seen.getMessage());
          assertNull(seen.getCause());
          assertEquals(0, seen.getSuppressed().length);
        });
  }

  @Test
  void aDefectIsLoggedAndToldAsAnUnknownOutcome(Warnings warnings) throws Exception {
    class Defect extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }

    for (Throwable defect : List.of(new Defect(), new StackOverflowError())) {
      RuntimeException seen = ClientErrors.of(defect, orders.mBeans.name(), "operation x");
      assertEquals(IllegalStateException.class, seen.getClass());
      String text = "Outcome unknown: " + defect.getClass().getName();
      assertEquals(text + "; the server's log tells more", seen.getMessage());
      assertNull(seen.getCause());
      warnings.expect(
          "[orders] operation x of io.sharedcounter:type=CounterRegistry,namespace=orders failed");
    }
  }
}
