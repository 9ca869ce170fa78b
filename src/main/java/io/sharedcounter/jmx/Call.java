package io.sharedcounter.jmx;

import java.util.List;

/** One call of an operation: who calls, with which arguments, already checked. Immutable. */
public final class Call {
  private final String origin;
  private final List<Object> arguments;

  Call(String origin, List<Object> arguments) {
    this.origin = origin;
    this.arguments = arguments;
  }

  /** Returns who calls: {@code jmx:<user>}, {@code jmx:local} or {@code http:<user>}. */
  public String origin() {
    return origin;
  }

  /** Returns the argument at {@code index}, from 0, of a parameter of type String. */
  public String text(int index) {
    return (String) arguments.get(index);
  }

  /** Returns the argument at {@code index}, from 0, of a parameter of type long. */
  public long number(int index) {
    return (Long) arguments.get(index);
  }
}
