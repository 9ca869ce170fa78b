package io.sharedcounter;

import io.sharedcounter.archive.Archive;
import io.sharedcounter.archive.History;
import io.sharedcounter.archive.LocalRecord;
import io.sharedcounter.archive.Transaction;
import io.sharedcounter.core.CounterDoesntExistException;
import io.sharedcounter.jmx.Call;
import io.sharedcounter.jmx.MBeanAttribute;
import io.sharedcounter.jmx.MBeanOperation;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;

/**
 * What the registry MBean shows of an archive, and of a member's record of a replicated namespace.
 * Thread-safe.
 */
final class HistoryFace {
  private static final MBeanParameterInfo NAME = MBeanOperation.text("name", "Name of the counter");

  private final Archive archive;

  HistoryFace(Archive archive) {
    this.archive = archive;
  }

  /** Returns what tells how far a member's record is. */
  static List<MBeanAttribute<Object>> attributes(LocalRecord record) {
    return List.of(
        MBeanAttribute.gauge(
            "DiskBytes",
            "Size of the file of this member's record and its log",
            "bytes",
            any -> record.diskBytes()),
        MBeanAttribute.gauge(
            "Backlog",
            "Transactions applied by this member that are not in its record yet",
            "transactions",
            any -> (long) record.backlog()),
        MBeanAttribute.gauge(
            "RecordedIndex",
            "Log index of the cluster up to which this member's record goes; -1 for none",
            "index",
            any -> record.recorded()),
        MBeanAttribute.gauge(
            "RecordGaps",
            "How often this member did not see transactions, and set values by cluster:snapshot",
            "gaps",
            any -> record.gaps()));
  }

  /** Returns what asks a member's record; here, so that nobody else loads what it needs. */
  static List<MBeanOperation<Object>> operations(LocalRecord record) {
    return new HistoryFace(record).operations();
  }

  List<MBeanOperation<Object>> operations() {
    List<MBeanOperation<Object>> all = new ArrayList<>();
    all.add(
        MBeanOperation.of(
            "history",
            "Returns the counter's last transactions, the latest first, one line each",
            MBeanOperationInfo.INFO,
            String[].class.getName(),
            List.of(NAME, MBeanOperation.number("limit", "How many at most, 1 to 10000", "count")),
            this::history));
    all.add(
        MBeanOperation.of(
            "valueAt",
            "Returns the value the counter had at that time; fails when it was missing",
            MBeanOperationInfo.INFO,
            "long",
            List.of(NAME, MBeanOperation.text("time", "For example 2026-01-01T12:00:00Z")),
            this::valueAt));
    return all;
  }

  private Object history(Object any, Call call) {
    long limit = call.number(1);
    if (limit < 1 || limit > History.MAX_LIMIT) {
      throw new IllegalArgumentException("limit " + limit + " is not allowed; use 1 to 10000");
    }
    try (History history = archive.history()) {
      return history.history(call.text(0), Math.toIntExact(limit)).stream()
          .map(Transaction::toString)
          .toArray(String[]::new);
    }
  }

  private Object valueAt(Object any, Call call) {
    Instant time;
    try {
      time = Instant.parse(call.text(1));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "time '" + call.text(1) + "' is not allowed; use for example 2026-01-01T12:00:00Z");
    }
    return archive
        .valueAt(call.text(0), time)
        .orElseThrow(
            () -> new CounterDoesntExistException("Not found: " + call.text(0) + " at " + time));
  }
}
