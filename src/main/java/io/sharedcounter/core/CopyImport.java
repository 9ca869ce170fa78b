package io.sharedcounter.core;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Consumer;

/** An import that only looks: it meets a copy of the counters. Immutable. */
record CopyImport(Copy copy, SortedMap<String, HeldLock> locks) implements Import.Present {
  @Override
  public OptionalLong value(String name) {
    Long value = copy.counters().get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  @Override
  public Optional<HeldLock> lock(String name) {
    return Optional.ofNullable(locks.get(name));
  }

  @Override
  public void forEachName(Consumer<String> visitor) {
    copy.counters().keySet().forEach(visitor);
  }

  @Override
  public int count() {
    return copy.counters().size();
  }
}
