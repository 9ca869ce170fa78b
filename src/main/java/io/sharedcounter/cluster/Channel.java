package io.sharedcounter.cluster;

import java.util.concurrent.CompletableFuture;

/** Takes entries to the log: the seam between the sender and the engine. Thread-safe. */
interface Channel {
  /** Returns whether a leader is known, so that sending has a chance. */
  boolean hasLeader();

  /**
   * Proposes one entry, once. The future ends with the state's reply once the entry is applied.
   * However else it ends, the entry may have been appended or may yet be: not being the leader is
   * no proof that it was not.
   */
  CompletableFuture<byte[]> submit(byte[] entry);

  /** Hears that what was submitted last got no answer in time: the way may be broken. */
  void noReply();
}
