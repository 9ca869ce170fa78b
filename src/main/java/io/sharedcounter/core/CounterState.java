package io.sharedcounter.core;

import static java.util.Objects.requireNonNull;

import io.sharedcounter.core.Reply.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of every operation: what it does to one counter, and when it is refused. A refused
 * change leaves the state as it was. Confined to whoever orders the changes of the counter.
 */
final class CounterState {
  private boolean exists;
  private long value;
  private @Nullable HeldLock lock;

  boolean exists() {
    return exists;
  }

  long value() {
    return value;
  }

  boolean isLocked() {
    return lock != null;
  }

  void create(long initialValue) {
    value = initialValue;
    exists = true;
  }

  /** Ends the lock if its lease has ended, and returns it then. */
  @Nullable HeldLock expire(Instant now) {
    return lock != null && lock.hasExpired(now) ? releaseLock() : null;
  }

  /**
   * Applies one change.
   *
   * @param now the beginning of the lease, for {@code LOCK} and {@code RENEW}
   * @param holder what to call the holder of a new lock
   * @param thread the thread that holds it, or null if it is not bound to one
   * @param mayCreate whether the namespace has room for one more counter
   */
  Reply apply(
      Change change, Instant now, String holder, @Nullable Thread thread, boolean mayCreate) {
    Outcome refusal = refusal(change, mayCreate);
    if (refusal != Outcome.DONE) {
      return Reply.refused(refusal, lock);
    }
    boolean created = !exists;
    long before = created ? 0 : value;
    long after = before;
    Outcome outcome = Outcome.DONE;
    HeldLock touched = null;
    switch (change.operation()) {
      case GET -> {}
      case SET, GET_SET -> after = change.argument();
      case INCREMENT, GET_INCREMENT -> {
        after = before + change.argument();
        if (((before ^ after) & (change.argument() ^ after)) < 0) {
          return new Reply(Outcome.OVERFLOW, before, before, false, null);
        }
      }
      case COMPARE_AND_SET -> {
        if (before == change.expected()) {
          after = change.argument();
        } else {
          outcome = Outcome.UNEQUAL;
        }
      }
      case REMOVE -> {
        exists = false;
        return new Reply(Outcome.DONE, before, 0, false, releaseLock());
      }
      case LOCK -> {
        String token = requireNonNull(change.token());
        lock = new HeldLock(token, holder, thread, now.plusMillis(change.argument()));
        touched = lock;
      }
      case RENEW -> {
        touched = requireNonNull(lock);
        touched.renew(now.plusMillis(change.argument()));
      }
      case UNLOCK, BREAK_LOCK -> touched = releaseLock();
    }
    value = after;
    exists = true;
    return new Reply(outcome, before, after, created, touched);
  }

  private Outcome refusal(Change change, boolean mayCreate) {
    Operation operation = change.operation();
    if (!exists) {
      if (!operation.creates()) {
        return Outcome.MISSING;
      }
      if (change.token() != null && operation != Operation.LOCK) {
        return Outcome.NOT_LOCKED;
      }
      return mayCreate ? Outcome.DONE : Outcome.LIMIT;
    }
    if (lock == null) {
      boolean needsLock =
          operation == Operation.BREAK_LOCK
              || (change.token() != null && operation != Operation.LOCK);
      return needsLock ? Outcome.NOT_LOCKED : Outcome.DONE;
    }
    boolean passes =
        operation == Operation.BREAK_LOCK
            || (operation == Operation.GET && change.token() == null)
            || lock.token().equals(change.token());
    return passes ? Outcome.DONE : Outcome.LOCKED;
  }

  private @Nullable HeldLock releaseLock() {
    HeldLock ended = lock;
    lock = null;
    if (ended != null) {
      ended.release();
    }
    return ended;
  }
}
