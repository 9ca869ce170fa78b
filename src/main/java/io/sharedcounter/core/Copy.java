package io.sharedcounter.core;

import java.util.Collections;
import java.util.SortedMap;

/**
 * The counters of a namespace, for an export. Immutable.
 *
 * @param sequence the namespace's latest transaction that it shows, 0 where they are not numbered
 * @param counters name to value, sorted by name; must not change any more
 */
public record Copy(long sequence, SortedMap<String, Long> counters) {
  /** Wraps the counters, which may be many, without copying them once more. */
  public Copy {
    counters = Collections.unmodifiableSortedMap(counters);
  }
}
