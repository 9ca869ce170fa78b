package io.sharedcounter.jmx;

import static io.sharedcounter.jmx.MBeanOperation.number;
import static io.sharedcounter.jmx.MBeanOperation.text;
import static javax.management.MBeanOperationInfo.ACTION;
import static javax.management.MBeanOperationInfo.ACTION_INFO;
import static javax.management.MBeanOperationInfo.INFO;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.CounterDoesntExistException;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Reply;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.management.MBeanParameterInfo;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/** The operations of the registry MBean. Immutable. */
final class RegistryOperations {
  private static final String LONG = "long";
  private static final String VOID = "void";
  private static final MBeanParameterInfo NAME = text("name", "Name of the counter");
  private static final MBeanParameterInfo VALUE = number("value", "NEW value", "count");
  private static final MBeanParameterInfo ADDEND =
      number("value", "What to add; may be negative or 0", "count");
  private static final MBeanParameterInfo TOKEN =
      text("token", "What lockCounter returned to the holder of the lock");
  private static final MBeanParameterInfo LEASE =
      number("leaseMillis", "When the lock ends by itself; 0 is 30000, 600000 at most", "ms");

  static final List<MBeanOperation<NamespaceFace>> ALL =
      List.of(
          MBeanOperation.of(
              "get",
              "Returns the value; creates a missing counter at 0",
              ACTION_INFO,
              LONG,
              List.of(NAME),
              (face, call) -> face.change(call.text(0), Operation.GET, 0, call).after()),
          MBeanOperation.of(
              "peek",
              "Returns the value; never creates: fails when the counter is missing",
              INFO,
              LONG,
              List.of(NAME),
              RegistryOperations::peek),
          MBeanOperation.of(
              "set",
              "Sets the value and returns this NEW value; creates a missing counter",
              ACTION_INFO,
              LONG,
              List.of(NAME, VALUE),
              (face, call) ->
                  face.change(call.text(0), Operation.SET, call.number(1), call).after()),
          MBeanOperation.of(
              "getSet",
              "Sets the value and returns the PREVIOUS one; creates a missing counter",
              ACTION_INFO,
              LONG,
              List.of(NAME, VALUE),
              (face, call) ->
                  face.change(call.text(0), Operation.GET_SET, call.number(1), call).before()),
          MBeanOperation.of(
              "increment",
              "Adds 1 and returns the NEW value; creates a missing counter at 0 first",
              ACTION_INFO,
              LONG,
              List.of(NAME),
              (face, call) -> face.change(call.text(0), Operation.INCREMENT, 1, call).after()),
          MBeanOperation.of(
              "incrementBy",
              "Adds the value and returns the NEW value; creates a missing counter at 0 first",
              ACTION_INFO,
              LONG,
              List.of(NAME, ADDEND),
              (face, call) ->
                  face.change(call.text(0), Operation.INCREMENT, call.number(1), call).after()),
          MBeanOperation.of(
              "getIncrement",
              "Adds 1 and returns the PREVIOUS value; creates a missing counter at 0 first",
              ACTION_INFO,
              LONG,
              List.of(NAME),
              (face, call) -> face.change(call.text(0), Operation.GET_INCREMENT, 1, call).before()),
          MBeanOperation.of(
              "getIncrementBy",
              "Adds the value and returns the PREVIOUS value; creates a missing counter at 0 first",
              ACTION_INFO,
              LONG,
              List.of(NAME, ADDEND),
              (face, call) ->
                  face.change(call.text(0), Operation.GET_INCREMENT, call.number(1), call)
                      .before()),
          MBeanOperation.of(
              "compareAndSet",
              "Sets the NEW value if the PREVIOUS one is as expected; returns whether it was",
              ACTION_INFO,
              "boolean",
              List.of(NAME, number("expected", "PREVIOUS value that is expected", "count"), VALUE),
              RegistryOperations::compareAndSet),
          MBeanOperation.of(
              "getAllCounters",
              "Returns name to value, sorted by name; fails beyond 100000 counters: use findCounters",
              INFO,
              Map.class.getName(),
              List.of(),
              (face, call) -> allCounters(face.registry())),
          MBeanOperation.of(
              "findCounters",
              "Returns a page of counters whose names match, and where the next page begins",
              INFO,
              CompositeData.class.getName(),
              List.of(
                  text("pattern", "* any run, ? any one character, \\ escapes; empty means all"),
                  text("after", "next of the page before; empty for the first page"),
                  number("limit", "How many at most, 1 to 10000", "counters")),
              RegistryOperations::findCounters),
          MBeanOperation.of(
              "remove",
              "Removes the counter and returns its PREVIOUS value; fails when it is missing",
              ACTION_INFO,
              LONG,
              List.of(NAME),
              (face, call) -> face.change(call.text(0), Operation.REMOVE, 0, call).before()),
          MBeanOperation.of(
              "lockCounter",
              "Locks the counter and returns the token; fails at once when it is locked",
              ACTION_INFO,
              String.class.getName(),
              List.of(NAME, LEASE),
              RegistryOperations::lock),
          MBeanOperation.of(
              "setAndUnlock",
              "Sets the value under a lock, ends the lock and returns the NEW value",
              ACTION_INFO,
              LONG,
              List.of(NAME, TOKEN, VALUE),
              RegistryOperations::setAndUnlock),
          MBeanOperation.of(
              "renewLock",
              "Lets the lock end so much later from now",
              ACTION,
              VOID,
              List.of(NAME, TOKEN, LEASE),
              RegistryOperations::renew),
          MBeanOperation.of(
              "unlockCounter",
              "Ends the lock; fails when it is not held under this token",
              ACTION,
              VOID,
              List.of(NAME, TOKEN),
              RegistryOperations::unlock),
          MBeanOperation.of(
              "breakLock",
              "Ends anybody's lock, whose holder then gets errors; logged. The last way out",
              ACTION,
              VOID,
              List.of(NAME),
              RegistryOperations::breakLock));

  private RegistryOperations() {}

  private static Object peek(NamespaceFace face, Call call) {
    return face.registry()
        .peek(call.text(0))
        .orElseThrow(() -> new CounterDoesntExistException("Not found: " + call.text(0)));
  }

  private static Object compareAndSet(NamespaceFace face, Call call) {
    Change change = Change.compareAndSet(call.number(1), call.number(2), call.origin());
    return face.change(call.text(0), change).outcome() == Reply.Outcome.DONE;
  }

  private static Object allCounters(CounterRegistry registry) {
    int count = registry.count();
    if (count > NamespaceMBeans.MOST_AT_ONCE) {
      throw new IllegalStateException(
          "Limit: "
              + count
              + " counters are too many for getAllCounters, which returns at most "
              + NamespaceMBeans.MOST_AT_ONCE
              + "; use findCounters, page by page");
    }
    return registry.getAllCounters();
  }

  private static Object findCounters(NamespaceFace face, Call call) {
    long limit = call.number(2);
    if (limit < 1 || limit > CounterRegistry.MAX_PAGE) {
      throw new IllegalArgumentException("limit " + limit + " is not allowed; use 1 to 10000");
    }
    return OpenValues.page(
        face.registry().findCounters(call.text(0), call.text(1), Math.toIntExact(limit)));
  }

  private static Object lock(NamespaceFace face, Call call) {
    Change change = Change.lock(call.number(1), call.origin());
    face.change(call.text(0), change);
    return Objects.requireNonNull(change.token());
  }

  private static Object setAndUnlock(NamespaceFace face, Call call) {
    Change set = Change.of(Operation.SET, call.number(2), call.origin()).under(call.text(1));
    long after = face.change(call.text(0), set).after();
    try {
      unlock(face, call);
    } catch (IllegalStateException | CounterDoesntExistException e) {
      return after; // The value is set; the lock is gone already, or goes with its lease.
    }
    return after;
  }

  private static @Nullable Object renew(NamespaceFace face, Call call) {
    face.change(call.text(0), Change.renew(call.text(1), call.number(2), call.origin()));
    return null;
  }

  private static @Nullable Object unlock(NamespaceFace face, Call call) {
    face.change(call.text(0), Change.of(Operation.UNLOCK, 0, call.origin()).under(call.text(1)));
    return null;
  }

  private static @Nullable Object breakLock(NamespaceFace face, Call call) {
    face.change(call.text(0), Operation.BREAK_LOCK, 0, call);
    return null;
  }
}
