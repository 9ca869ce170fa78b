package io.sharedcounter.core;

import org.jspecify.annotations.Nullable;

/** The texts of refused changes: prefix, subject, what was found. Stateless, thread-safe. */
final class Refusals {
  private Refusals() {}

  /** Returns the reply of a change that was not refused, and throws for one that was. */
  static Reply check(Reply reply, Counter counter, Change change) {
    String name = counter.name();
    switch (reply.outcome()) {
      case DONE, UNEQUAL -> {
        return reply;
      }
      case OVERFLOW -> throw overflow(name, reply.before(), change.argument());
      case LOCKED -> throw new CounterLockedException(locked(name, reply.lock()));
      case NOT_LOCKED ->
          throw new IllegalStateException(
              "Not locked: " + name + "; the lease ended or the lock was released");
      case MISSING -> throw new CounterDoesntExistException("Not found: " + name);
      case LIMIT -> {
        CounterSettings settings = counter.table().settings();
        throw new IllegalStateException(
            "Limit: namespace '"
                + settings.namespace()
                + "' holds "
                + settings.maxCounters()
                + " counters, its max-counters; remove some or raise it");
      }
    }
    throw new AssertionError(reply);
  }

  static CounterLockedException interrupted(Counter counter, HeldLock lock) {
    return new CounterLockedException(
        locked(counter.name(), lock) + "; interrupted while waiting for it");
  }

  static ArithmeticException overflow(String name, long before, long addend) {
    return new ArithmeticException(
        "Overflow: "
            + name
            + " is "
            + before
            + ", adding "
            + addend
            + " leaves the 64-bit range; nothing changed");
  }

  static CounterLockedException locked(String name, HeldLock lock, String what) {
    return new CounterLockedException(locked(name, lock) + "; " + what);
  }

  static IllegalStateException tooMany(long counters, int most) {
    return new IllegalStateException(
        "Limit: there would be "
            + counters
            + " counters, max-counters is "
            + most
            + "; nothing changed; raise it or import less");
  }

  private static String locked(String name, @Nullable HeldLock lock) {
    return lock == null
        ? "Locked: " + name
        : "Locked: " + name + " is held by " + lock.holder() + " until " + lock.until();
  }
}
