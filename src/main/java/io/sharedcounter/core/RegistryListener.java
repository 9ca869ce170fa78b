package io.sharedcounter.core;

/**
 * Is told what happens in a namespace, in the thread that did it, after it happened and without any
 * lock held. Calls for different changes may overlap and overtake each other. Must not throw.
 */
public interface RegistryListener {
  /** Hears nothing. */
  RegistryListener NONE = new RegistryListener() {};

  /**
   * Tells that the counter came into being or was removed. Look at {@link Counter#peek} for what
   * holds now: a later change may have overtaken this call. The operation that created the counter
   * returns after this call.
   */
  default void existenceChanged(Counter counter) {}

  /** Tells that the counter was locked. */
  default void locked(Counter counter, HeldLock lock) {}

  /** Tells that the lock was released, broken, or found expired. */
  default void unlocked(Counter counter, HeldLock lock) {}

  /** Tells that an import changed the counter. */
  default void imported(Counter counter, Imported change) {}

  /**
   * Tells that {@link CounterRegistry#state} has changed: {@code OK}, or why it refuses changes.
   */
  default void stateChanged(String state) {}
}
