package io.sharedcounter.cluster;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Operation;
import java.util.Collections;
import java.util.SortedMap;

/**
 * One operation as it travels through the log. Immutable.
 *
 * @param code what to do
 * @param namespace where
 * @param maxCounters how many counters the namespace may hold, as its caller is configured
 * @param name the counter; empty for {@code BARRIER}
 * @param argument as in {@link Change}; for {@code EXPIRE} the log index where the lease began; for
 *     {@code IMPORT} the mode, see {@link ImportCode}
 * @param expected as in {@link Change}
 * @param token the token of the lock under which the caller acts, empty for none
 * @param origin who does it
 * @param holder what to call the holder of the lock that {@code LOCK} takes, else empty
 * @param values what {@code IMPORT} brings in, else nothing; must not change any more
 */
record Request(
    Code code,
    String namespace,
    int maxCounters,
    String name,
    long argument,
    long expected,
    String token,
    String origin,
    String holder,
    SortedMap<String, Long> values) {
  /** How much of a thread's or a user's name goes into the log. */
  private static final int MAX_LABEL = 300;

  /** How much of a token goes into the log: ours have 36 characters, a longer one is nobody's. */
  private static final int MAX_TOKEN = 100;

  Request {
    values = Collections.unmodifiableSortedMap(values);
  }

  /** Creates a request that brings no values. */
  Request(
      Code code,
      String namespace,
      int maxCounters,
      String name,
      long argument,
      long expected,
      String token,
      String origin,
      String holder) {
    this(
        code,
        namespace,
        maxCounters,
        name,
        argument,
        expected,
        token,
        origin,
        holder,
        Collections.emptySortedMap());
  }

  /** Returns the request for a change that the calling thread makes. */
  static Request of(String namespace, int maxCounters, String name, Change change) {
    String token = change.token();
    String holder = "";
    if (change.operation() == Operation.LOCK) {
      holder = cut(Holder.calling(change.origin()).label(), MAX_LABEL);
    }
    return new Request(
        Code.of(change.operation()),
        namespace,
        maxCounters,
        name,
        change.argument(),
        change.expected(),
        token == null ? "" : cut(token, MAX_TOKEN),
        cut(change.origin(), MAX_LABEL),
        holder);
  }

  private static String cut(String text, int most) {
    return text.length() > most ? text.substring(0, most) : text;
  }

  static Request peek(String namespace, String name) {
    return new Request(Code.PEEK, namespace, 0, name, 0, 0, "", Change.APP, "");
  }

  static Request barrier(String namespace) {
    return new Request(Code.BARRIER, namespace, 0, "", 0, 0, "", Change.APP, "");
  }

  /** Returns the end of the lock with that token whose lease began at that log index. */
  static Request expire(String namespace, String name, String token, long leaseIndex) {
    return new Request(Code.EXPIRE, namespace, 0, name, leaseIndex, 0, token, "cluster:expiry", "");
  }

  /** Returns whether nothing else may be in its entry of the log. */
  boolean isAlone() {
    return code == Code.IMPORT;
  }

  /** Returns the change of the counter that an operation asks for. */
  Change change(Operation operation) {
    return new Change(operation, argument, expected, token.isEmpty() ? null : token, origin);
  }
}
