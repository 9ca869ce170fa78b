package io.sharedcounter.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts failed logins by address and makes those that fail repeatedly wait: after five, one
 * second, then twice as long each time, up to a minute. Thread-safe.
 */
final class FailedLogins {
  private static final int FREE = 5;
  private static final int MOST_ADDRESSES = 1_000;
  private static final long LONGEST_SECONDS = 60;
  private static final long FORGOTTEN_AFTER = TimeUnit.MINUTES.toNanos(10);

  private record Failures(int count, long last) {}

  private final LongSupplier nanoTime;

  // The oldest address is forgotten when there are too many, so that guessing cannot fill the heap.
  private final Map<String, Failures> byAddress =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  FailedLogins(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Refuses with 429 while the address has to wait. */
  synchronized void check(String address) throws Refusal {
    Failures failures = byAddress.get(address);
    if (failures == null || failures.count < FREE) {
      return;
    }
    long seconds = Math.min(LONGEST_SECONDS, 1L << Math.min(failures.count - FREE, 10));
    long left = failures.last + TimeUnit.SECONDS.toNanos(seconds) - nanoTime.getAsLong();
    if (left > 0) {
      throw tooMany(Math.max(1, (left + 999_999_999) / 1_000_000_000));
    }
  }

  synchronized void add(String address) {
    long now = nanoTime.getAsLong();
    Failures old = byAddress.remove(address);
    boolean fresh = old == null || now - old.last > FORGOTTEN_AFTER;
    byAddress.put(address, new Failures(fresh ? 1 : old.count + 1, now));
  }

  synchronized void forget(String address) {
    byAddress.remove(address);
  }

  static Refusal tooMany(long seconds) {
    return new Refusal(
        429,
        "Too many logins failed; try again in " + seconds + " s",
        Map.of("Retry-After", Long.toString(seconds)));
  }
}
