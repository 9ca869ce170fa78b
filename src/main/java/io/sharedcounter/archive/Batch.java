package io.sharedcounter.archive;

import java.util.List;

/**
 * What one database transaction writes. Immutable.
 *
 * @param added counters the file does not have yet
 * @param changed counters the file has
 * @param rows the transactions to archive
 * @param head where the file stands afterwards
 */
record Batch(List<CounterRow> added, List<CounterRow> changed, List<Row> rows, Head head) {
  boolean isEmpty() {
    return added.isEmpty() && changed.isEmpty();
  }
}
