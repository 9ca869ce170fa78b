package io.sharedcounter.cluster;

import io.sharedcounter.core.Operation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stable number of each kind of request in the log: part of the wire and disk format, never
 * reused, never derived from an order of declaration. Immutable.
 */
enum Code {
  GET(1, Operation.GET),
  SET(2, Operation.SET),
  GET_SET(3, Operation.GET_SET),
  INCREMENT(4, Operation.INCREMENT),
  GET_INCREMENT(5, Operation.GET_INCREMENT),
  COMPARE_AND_SET(6, Operation.COMPARE_AND_SET),
  REMOVE(7, Operation.REMOVE),
  LOCK(8, Operation.LOCK),
  RENEW(9, Operation.RENEW),
  UNLOCK(10, Operation.UNLOCK),
  BREAK_LOCK(11, Operation.BREAK_LOCK),
  /** Reads; never creates. */
  PEEK(20, null),
  /** Does nothing: what is read from a replica that has applied it is not older than the call. */
  BARRIER(21, null),
  /** Ends the lock whose lease began at the log index that the argument names. */
  EXPIRE(22, null),
  /** Brings values in, all or nothing, by the mode that the argument names. */
  IMPORT(23, null);

  private static final @Nullable Code[] BY_NUMBER = new @Nullable Code[32];

  static {
    for (Code code : values()) {
      BY_NUMBER[code.number] = code;
    }
  }

  private final byte number;
  private final @Nullable Operation operation;

  Code(int number, @Nullable Operation operation) {
    this.number = (byte) number;
    this.operation = operation;
  }

  byte number() {
    return number;
  }

  /** Returns the operation on a counter, or empty for a request that is none. */
  Optional<Operation> operation() {
    return Optional.ofNullable(operation);
  }

  /** Returns the code with that number. */
  static Code of(byte number) {
    Code code = number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    if (code == null) {
      throw new UnknownFormatException("operation " + number);
    }
    return code;
  }

  static Code of(Operation operation) {
    return valueOf(operation.name());
  }
}
