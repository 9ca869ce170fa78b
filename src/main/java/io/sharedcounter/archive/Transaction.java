package io.sharedcounter.archive;

import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of the archive, for people and programs to read. Immutable.
 *
 * @param sequence its number in the namespace, from 1 on without gaps
 * @param at when it was decided
 * @param operation as the Java API calls it, for example {@code getIncrement}
 * @param argument what was added; for operations that do not add, the value after
 * @param before the value before, empty if the counter was absent
 * @param after the value after, empty if the counter was removed
 * @param origin who did it
 */
public record Transaction(
    long sequence,
    Instant at,
    String operation,
    long argument,
    OptionalLong before,
    OptionalLong after,
    String origin) {

  static Transaction of(Row row) {
    return new Transaction(
        row.sequence(),
        Instant.ofEpochMilli(row.at()),
        Operations.name(row.operation()),
        row.argument(),
        optional(row.before()),
        optional(row.after()),
        row.origin());
  }

  static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** Returns it on one line: {@code 12 2026-01-01T00:00:00Z set 12 -> 77 by http:alice}. */
  @Override
  public String toString() {
    return sequence
        + " "
        + at
        + " "
        + operation
        + " "
        + text(before)
        + " -> "
        + text(after)
        + " by "
        + origin;
  }

  private static String text(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "absent";
  }
}
