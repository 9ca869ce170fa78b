package io.sharedcounter.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One operation on one counter, with all it needs. Immutable.
 *
 * @param operation what to do
 * @param argument the value or the addend; for {@code LOCK} and {@code RENEW} the lease in
 *     milliseconds
 * @param expected the value that {@code COMPARE_AND_SET} expects, else 0
 * @param token the token of the lock under which the caller acts ({@code LOCK}: the token to give
 *     it), or null for none
 * @param origin who does it: {@code app}, {@code jmx:<user>}, {@code http:<user>}
 */
public record Change(
    Operation operation, long argument, long expected, @Nullable String token, String origin) {
  /** The origin of in-process calls. */
  public static final String APP = "app";

  /** The lease of a lock for which none is asked. */
  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

  /** The longest lease. */
  public static final Duration MAX_LEASE = Duration.ofMinutes(10);

  /** Returns a change without token and expected value. */
  public static Change of(Operation operation, long argument, String origin) {
    return new Change(operation, argument, 0, null, origin);
  }

  /** Returns a compare-and-set. */
  public static Change compareAndSet(long expected, long value, String origin) {
    return new Change(Operation.COMPARE_AND_SET, value, expected, null, origin);
  }

  /**
   * Returns a lock under a new token that nobody can guess.
   *
   * @param leaseMillis milliseconds, up to 600,000; 0 means 30,000
   * @throws IllegalArgumentException if the lease is out of range
   */
  public static Change lock(long leaseMillis, String origin) {
    String token = UUID.randomUUID().toString();
    return new Change(Operation.LOCK, lease(leaseMillis), 0, token, origin);
  }

  /**
   * Returns a renewal.
   *
   * @param leaseMillis milliseconds from the renewal on, up to 600,000; 0 means 30,000
   * @throws IllegalArgumentException if the lease is out of range
   */
  public static Change renew(String token, long leaseMillis, String origin) {
    return new Change(Operation.RENEW, lease(leaseMillis), 0, token, origin);
  }

  /** Returns the same change, done by the holder of {@code token}. */
  public Change under(String token) {
    return new Change(operation, argument, expected, requireNonNull(token, "token"), origin);
  }

  /** Returns whether the change brings a missing counter into being; under a lock none can. */
  boolean creates() {
    return operation == Operation.LOCK || (operation.creates() && token == null);
  }

  private static long lease(long millis) {
    if (millis < 0 || millis > MAX_LEASE.toMillis()) {
      throw new IllegalArgumentException(
          "lease of " + millis + " ms is not allowed; 1 to 600000 are, and 0 for 30000");
    }
    return millis == 0 ? DEFAULT_LEASE.toMillis() : millis;
  }
}
