package io.sharedcounter.core;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/**
 * One page of counters. Immutable.
 *
 * @param counters name to value, sorted by name ({@link String#compareTo})
 * @param next the name to pass as {@code after} for the following page; empty on the last page
 */
public record CounterPage(Map<String, Long> counters, Optional<String> next) {
  /** Takes the counters over; nobody can change them any more. */
  public CounterPage {
    counters = Collections.unmodifiableMap(counters);
  }
}
