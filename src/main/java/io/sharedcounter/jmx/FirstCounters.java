package io.sharedcounter.jmx;

import io.sharedcounter.core.CounterPage;
import io.sharedcounter.core.CounterRegistry;
import java.util.function.LongSupplier;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * The first 1,000 counters by name, at most one second old, for consoles that poll: however many
 * poll, the counters are gathered once a second. Thread-safe.
 */
final class FirstCounters {
  static final int LIMIT = 1_000;

  private static final long MAX_AGE_NANOS = 1_000_000_000;

  private final CounterRegistry registry;
  private final LongSupplier nanoClock;
  private @Nullable Gathered gathered;

  FirstCounters(CounterRegistry registry, LongSupplier nanoClock) {
    this.registry = registry;
    this.nanoClock = nanoClock;
  }

  /** Returns name to value, or null when there is no counter. */
  @Nullable CompositeData all() {
    return gathered().all;
  }

  /** Returns whether there are more than {@link #all} shows. */
  boolean isTruncated() {
    return gathered().isTruncated;
  }

  private synchronized Gathered gathered() {
    long now = nanoClock.getAsLong();
    Gathered last = gathered;
    if (last == null || now - last.at >= MAX_AGE_NANOS) {
      CounterPage page = registry.glanceCounters("", LIMIT);
      last = new Gathered(now, OpenValues.counters(page.counters()), page.next().isPresent());
      gathered = last;
    }
    return last;
  }

  private record Gathered(long at, @Nullable CompositeData all, boolean isTruncated) {}
}
