package io.sharedcounter.archive;

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
  private final CounterState savedState = new CounterState();
  private long savedVersion;
  private long savedLast;
  private long savedDigest;
  private @Nullable Instant savedLease;

  Entry(long id, String name) {
    this.id = id;
    this.name = name;
  }

  void save() {
    savedState.become(state);
    savedVersion = version;
    savedLast = last;
    savedDigest = digest;
    savedLease = state.lock().map(HeldLock::until).orElse(null);
  }

  void restore() {
    state.become(savedState);
    version = savedVersion;
    last = savedLast;
    digest = savedDigest;
    Instant lease = savedLease;
    if (lease != null) {
      state.lock().ifPresent(lock -> lock.renew(lease));
    }
  }

  CounterRow row() {
    return new CounterRow(id, name, state.exists() ? state.value() : null, version, last);
  }
}
