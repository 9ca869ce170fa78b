package io.sharedcounter.core;

import java.util.OptionalLong;

/**
 * What an import did to one counter, or would do. Immutable.
 *
 * @param name the counter
 * @param before its value before, empty if it was absent
 * @param after its value after, empty if it was removed
 */
public record Imported(String name, OptionalLong before, OptionalLong after) {

  /** Returns whether the counter came into being or was removed. */
  public boolean changesExistence() {
    return before.isPresent() != after.isPresent();
  }

  /** Returns the change of this one counter. */
  public Change change() {
    return after.isPresent()
        ? Change.of(Operation.SET, after.getAsLong(), Import.ORIGIN)
        : Change.of(Operation.REMOVE, 0, Import.ORIGIN);
  }

  /** Returns what became of the change. */
  public Reply reply() {
    return new Reply(Reply.Outcome.DONE, before.orElse(0), after.orElse(0), before.isEmpty(), null);
  }

  /** Returns it on one line: {@code orders: absent -> 12}. */
  @Override
  public String toString() {
    return name + ": " + text(before) + " -> " + text(after);
  }

  private static String text(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "absent";
  }
}
