package io.sharedcounter.core;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * Is handed what becomes of one replicated namespace in this process, in the order of the cluster's
 * log. Whoever applies the log calls it, so it must neither wait nor throw, but for {@link
 * #secure}. Thread-safe.
 */
public interface Recorder {

  /**
   * One change that took effect. Immutable.
   *
   * @param name the counter
   * @param change what was asked for
   * @param reply what became of it
   */
  record Done(String name, Change change, Reply reply) {}

  /**
   * Hands over what shows the counters as they are here, with the log index in place of the
   * sequence; once, before any other call.
   */
  void start(Supplier<Copy> counters);

  /** Returns the log index up to which nothing needs to be handed over again; -1 for nothing. */
  long recorded();

  /** Hands over all changes of one entry of the log that took effect in this namespace. */
  void applied(long index, Instant at, List<Done> changes);

  /**
   * Tells that the counters are as they were at that index, and that the way there is not known.
   */
  void replaced(long index);

  /**
   * Returns when all up to that index, which has been handed over, is on the disk; or earlier, if
   * that fails or takes too long.
   */
  void secure(long index);
}
