package io.sharedcounter.core;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Consumer;

/** An import that only looks: it meets a copy of the counters. Immutable. */
record CopyImport(Copy copy, SortedMap<String, HeldLock> locks) implements Import.Present {
  /** Returns what the import would change; apart, so that only those who import load it. */
  static List<Imported> plan(
      Import wanted, Copy copy, SortedMap<String, HeldLock> locks, int maxCounters) {
    return wanted.plan(new CopyImport(copy, locks), maxCounters);
  }

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
