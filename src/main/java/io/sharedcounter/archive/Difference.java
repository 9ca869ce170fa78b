package io.sharedcounter.archive;

import java.util.OptionalLong;

/**
 * One counter that is not what it was at an earlier time. Immutable.
 *
 * @param counter its name
 * @param now its value, empty if it is absent
 * @param then the value it had then, empty if it was absent
 */
public record Difference(String counter, OptionalLong now, OptionalLong then) {

  /** Returns it on one line, as a way back: {@code seats: 12 -> 77}, or {@code absent}. */
  @Override
  public String toString() {
    return counter + ": " + text(now) + " -> " + text(then);
  }

  private static String text(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "absent";
  }
}
