package io.sharedcounter.core;

import org.jspecify.annotations.Nullable;

/**
 * Who holds a lock. Immutable.
 *
 * @param label what to call it: the origin, and for in-process locks the thread's name
 * @param thread the thread that took the lock, or null if it is not bound to one of this process
 */
public record Holder(String label, @Nullable Thread thread) {

  /** Returns the holder of a lock that the calling thread takes on behalf of {@code origin}. */
  public static Holder calling(String origin) {
    if (!origin.equals(Change.APP)) {
      return new Holder(origin, null);
    }
    Thread thread = Thread.currentThread();
    return new Holder(Change.APP + " (thread " + thread.getName() + ")", thread);
  }
}
