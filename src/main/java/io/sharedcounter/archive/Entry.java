package io.sharedcounter.archive;

import static java.util.Objects.requireNonNull;

import io.sharedcounter.core.CounterState;
import io.sharedcounter.core.HeldLock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One counter of a book: what was decided, and what readers may see of it. Confined to the book's
 * monitor, but for {@link #published}.
 */
final class Entry {
  final String name;
  final long id;
  final CounterState state = new CounterState();
  long version;
  long last;

  /** What readers see; null where the counter is absent. */
  volatile @Nullable Long published;

  /** Whether the file has a row of this counter. */
  boolean stored;

  /** What the stored row adds to the digest. */
  long digest;

  boolean dirty;
  boolean touched;
  private @Nullable Saved saved;

  Entry(long id, String name) {
    this.id = id;
    this.name = name;
  }

  /** Creates the counter of a stored row. */
  Entry(CounterRow row) {
    this(row.id(), row.name());
    version = row.version();
    last = row.last();
    stored = true;
    digest = row.digest();
    Long value = row.value();
    if (value != null) {
      state.create(value);
      published = value;
    }
  }

  /** Returns what was decided; null where the counter is absent. */
  @Nullable Long decided() {
    return state.exists() ? (Long) state.value() : null;
  }

  @Nullable Long published() {
    return published;
  }

  void save() {
    if (saved == null) {
      saved = new Saved();
    }
    saved.state.become(state);
    saved.version = version;
    saved.last = last;
    saved.digest = digest;
    saved.lease = state.lock().map(HeldLock::until).orElse(null);
  }

  void restore() {
    Saved before = requireNonNull(saved);
    state.become(before.state);
    version = before.version;
    last = before.last;
    digest = before.digest;
    Instant lease = before.lease;
    if (lease != null) {
      state.lock().ifPresent(lock -> lock.renew(lease));
    }
  }

  CounterRow row() {
    return new CounterRow(id, name, decided(), version, last);
  }

  /** What to go back to; most of a million counters are never changed, and have none. */
  private static final class Saved {
    final CounterState state = new CounterState();
    long version;
    long last;
    long digest;
    @Nullable Instant lease;
  }
}
