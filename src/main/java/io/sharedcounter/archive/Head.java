package io.sharedcounter.archive;

/**
 * Where a file stands: one row, changed with every batch. Immutable.
 *
 * @param sequence the number of the latest transaction
 * @param at the time of the latest transaction, milliseconds since 1970
 * @param digest the sum of {@link CounterRow#digest} over all counters
 */
record Head(long sequence, long at, long digest) {}
