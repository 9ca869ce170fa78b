package io.sharedcounter.core;

import static java.util.Objects.requireNonNull;

import io.sharedcounter.core.Reply.Outcome;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of every operation: what it does to one counter, and when it is refused. A refused
 * change leaves the state as it was. Confined to whoever orders the changes of the counter.
 */
public final class CounterState {
  private boolean exists;
  private long value;
  private @Nullable HeldLock lock;

  /** Creates the state of a counter that is absent. */
  public CounterState() {}

  /** Returns whether the counter exists. */
  public boolean exists() {
    return exists;
  }

  /** Returns the value; means nothing where the counter does not exist. */
  public long value() {
    return value;
  }

  /** Returns the lock, whose lease may have ended, or empty if there is none. */
  public Optional<HeldLock> lock() {
    return Optional.ofNullable(lock);
  }

  boolean isLocked() {
    return lock != null;
  }

  /** Gives the counter a value, whatever it was. Leaves a lock as it is. */
  public void create(long initialValue) {
    value = initialValue;
    exists = true;
  }

  /** Makes the counter absent. Leaves a lock as it is. */
  void remove() {
    exists = false;
  }

  /** Takes over the state of {@code other}, the lock included. */
  public void become(CounterState other) {
    exists = other.exists;
    value = other.value;
    lock = other.lock;
  }

  /** Ends the lock if its lease has ended, and returns it then. */
  public Optional<HeldLock> expire(Instant now) {
    return lock != null && lock.hasExpired(now)
        ? Optional.ofNullable(takeLock())
        : Optional.empty();
  }

  /**
   * Applies one change. Wakes nobody: whoever calls it releases a lock that ended, {@link
   * Reply#lock} of {@code REMOVE}, {@code UNLOCK} and {@code BREAK_LOCK}, once that is kept.
   *
   * @param now the beginning of the lease, for {@code LOCK} and {@code RENEW}
   * @param holder who holds a new lock
   * @param mayCreate whether the namespace has room for one more counter
   */
  public Reply apply(Change change, Instant now, Holder holder, boolean mayCreate) {
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
        return new Reply(Outcome.DONE, before, 0, false, takeLock());
      }
      case LOCK -> {
        String token = requireNonNull(change.token());
        lock = new HeldLock(token, holder, now.plusMillis(change.argument()));
        touched = lock;
      }
      case RENEW -> {
        touched = requireNonNull(lock);
        touched.renew(now.plusMillis(change.argument()));
      }
      case UNLOCK -> touched = takeLock();
      case BREAK_LOCK -> {
        touched = requireNonNull(takeLock());
        touched.breakBy(change.origin());
      }
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
      if (!change.creates()) {
        return Outcome.NOT_LOCKED;
      }
      return mayCreate ? Outcome.DONE : Outcome.LIMIT;
    }
    if (lock == null) {
      boolean needsLock =
          operation == Operation.RENEW
              || operation == Operation.UNLOCK
              || operation == Operation.BREAK_LOCK
              || (change.token() != null && operation != Operation.LOCK);
      return needsLock ? Outcome.NOT_LOCKED : Outcome.DONE;
    }
    boolean passes =
        operation == Operation.BREAK_LOCK
            || (operation == Operation.GET && change.token() == null)
            || lock.token().equals(change.token());
    return passes ? Outcome.DONE : Outcome.LOCKED;
  }

  private @Nullable HeldLock takeLock() {
    HeldLock ended = lock;
    lock = null;
    return ended;
  }
}
