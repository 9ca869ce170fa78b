package io.sharedcounter.core;

/** What a change does to its counter. Immutable. */
public enum Operation {
  /** Reads; creates a missing counter at zero. */
  GET,
  /** Replaces the value. */
  SET,
  /** Replaces the value; the caller wants the previous one. */
  GET_SET,
  /** Adds; the caller wants the new value. */
  INCREMENT,
  /** Adds; the caller wants the previous value. */
  GET_INCREMENT,
  /** Replaces the value if it is the expected one. */
  COMPARE_AND_SET,
  /** Forgets the counter. */
  REMOVE,
  /** Gives the holder of the token the exclusive right to change the counter. */
  LOCK,
  /** Gives the holder of the token a new lease. */
  RENEW,
  /** Ends the lock of the holder of the token. */
  UNLOCK,
  /** Ends anybody's lock. */
  BREAK_LOCK;

  /** Returns whether the operation brings a missing counter into being. */
  public boolean creates() {
    return compareTo(COMPARE_AND_SET) <= 0 || this == LOCK;
  }

  /** Returns whether the operation, once done, is a transaction, whatever the value was. */
  public boolean writes() {
    return this != GET && compareTo(REMOVE) <= 0;
  }
}
