package io.sharedcounter.core;

import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/**
 * Decides and keeps the changes of a namespace whose counters do not decide alone: one that
 * archives, or replicates. The meaning of each operation is {@link CounterState#apply}, as
 * everywhere; a ledger adds in which order changes take effect, and when they are kept.
 *
 * <p>The counters of such a namespace stay off their fast path for ever, so that every call comes
 * here. A ledger is made with the {@link CounterSettings} of its registry, keeps {@code
 * max-counters}, and refuses what it surely did not apply with {@link NotAppliedException}, what it
 * cannot know with {@link OutcomeUnknownException}. Thread-safe.
 */
public interface Ledger {

  /** Says that changes are accepted. */
  String OK = "OK";

  /**
   * Hands over who is to be told of what happens, once, before any other call. Each counter that
   * comes into being or goes, and each lock, is told after it happened and without any lock held,
   * and for a change made here before {@link #change} returns.
   */
  void start(Witness witness);

  /**
   * Applies one change and returns when it is kept as the namespace promises, or returns why it is
   * refused. Never waits for a lock: the reply then names the one in the way.
   *
   * @throws NotAppliedException if the change was surely not applied
   * @throws OutcomeUnknownException if it may have been
   */
  Reply change(String name, Change change);

  /** Returns the value of the counter, or empty if it is absent. */
  OptionalLong peek(String name);

  /**
   * Makes what this process knows current: {@link #forEach} and {@link #range} show nothing older
   * than this call from its return on. Does nothing where the process knows everything.
   *
   * @throws NotAppliedException if nothing current can be had
   * @throws OutcomeUnknownException if it cannot be had in time; nothing has changed
   */
  default void catchUp() {}

  /** Shows every counter and its value, as this process last knew them, in no order. */
  void forEach(ObjLongConsumer<String> visitor);

  /**
   * Returns the counters from {@code start} on, sorted, as this process last knew them; fewer than
   * {@code limit} only at the end. Empty if the ledger keeps no order: then {@link #peek} is asked
   * name by name.
   */
  default Optional<SortedMap<String, Long>> range(String start, boolean inclusive, int limit) {
    return Optional.empty();
  }

  /**
   * Returns the value as this process last knew it, without asking anybody, for consoles that poll.
   */
  default OptionalLong glance(String name) {
    return peek(name);
  }

  /** Returns all counters, as they were at one instant between call and return. */
  default Copy copy() {
    NavigableMap<String, Long> all = new TreeMap<>();
    catchUp();
    forEach(all::put);
    return new Copy(0, all);
  }

  /**
   * Brings an import in, all or nothing, and returns how many counters it changed once that is kept
   * and told.
   *
   * @throws NotAppliedException if it surely was not applied
   * @throws OutcomeUnknownException if it may have been
   * @throws RuntimeException if {@link Import#plan} refuses it
   */
  int importAll(Import wanted);

  /** Returns how many counters there are. */
  int count();

  /** Returns the locks, sorted by name; the lease of some may have ended. */
  SortedMap<String, HeldLock> locks();

  /** Returns {@link #OK}, or why changes are refused. */
  String state();

  /**
   * Keeps what was acknowledged and is not kept yet, and gives back everything taken from the
   * system. Called once; no other call comes after it, some may be under way.
   */
  void close();

  /** Is told what happens in a ledger. Must not throw. Thread-safe. */
  interface Witness {
    /** Tells that the counter came into being or was removed; {@link #peek} says what holds. */
    void existenceChanged(String name);

    /** Tells what an import did to a counter, wherever it was made; after its existence. */
    void imported(Imported change);

    /** Tells that the counter was locked. */
    void locked(String name, HeldLock lock);

    /** Tells that the lock was released, broken, or found expired. */
    void unlocked(String name, HeldLock lock);

    /** Tells that {@link #state} has changed. */
    void stateChanged(String state);
  }
}
