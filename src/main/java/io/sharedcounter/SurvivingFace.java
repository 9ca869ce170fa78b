package io.sharedcounter;

import io.sharedcounter.archive.ArchiveLedger;
import io.sharedcounter.archive.History;
import io.sharedcounter.archive.Transaction;
import io.sharedcounter.core.CounterDoesntExistException;
import io.sharedcounter.jmx.Call;
import io.sharedcounter.jmx.MBeanAttribute;
import io.sharedcounter.jmx.MBeanOperation;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;

/**
 * What the registry MBean shows of a namespace that survives: its history, its snapshots, and how
 * much disk it takes. Thread-safe.
 */
final class SurvivingFace {
  private static final String TEXT = String.class.getName();
  private static final MBeanParameterInfo NAME = MBeanOperation.text("name", "Name of the counter");

  private final ArchiveLedger ledger;
  private final boolean archives;
  private final boolean takesSnapshots;

  SurvivingFace(ArchiveLedger ledger, NamespaceConfig namespace) {
    this.ledger = ledger;
    this.archives = namespace.has(Feature.ARCHIVE);
    this.takesSnapshots = namespace.has(Feature.SNAPSHOT);
  }

  List<MBeanAttribute<Object>> attributes() {
    List<MBeanAttribute<Object>> all = new ArrayList<>();
    all.add(
        MBeanAttribute.gauge(
            "DiskBytes",
            "Size of the file of the namespace and its log, without snapshots",
            "bytes",
            any -> ledger.diskBytes()));
    if (archives) {
      all.add(
          MBeanAttribute.gauge(
              "Backlog",
              "Acknowledged transactions that are not in the file yet; not 0 only with EVENTUAL",
              "transactions",
              any -> (long) ledger.backlog()));
    }
    if (takesSnapshots) {
      all.add(
          MBeanAttribute.of(
              "LastSnapshot",
              "When the last snapshot was written, ISO 8601; empty when there is none",
              TEXT,
              any -> ledger.lastSnapshot().map(Instant::toString).orElse("")));
      all.add(
          MBeanAttribute.gauge(
              "LastSnapshotAge",
              "Seconds since the last snapshot was written; -1 when there is none",
              "seconds",
              any -> age()));
      all.add(
          MBeanAttribute.gauge(
              "LastSnapshotBytes",
              "Size of the last snapshot; 0 when there is none",
              "bytes",
              any -> ledger.lastSnapshotBytes()));
    }
    return all;
  }

  private long age() {
    return ledger
        .lastSnapshot()
        .map(last -> Math.max(0, Duration.between(last, Instant.now()).toSeconds()))
        .orElse(-1L);
  }

  List<MBeanOperation<Object>> operations() {
    List<MBeanOperation<Object>> all = new ArrayList<>();
    if (takesSnapshots) {
      all.add(
          MBeanOperation.of(
              "snapshot",
              "Writes a snapshot of the namespace now",
              MBeanOperationInfo.ACTION,
              "void",
              List.of(),
              (any, call) -> snapshot()));
    }
    if (archives) {
      all.add(
          MBeanOperation.of(
              "history",
              "Returns the counter's last transactions, the latest first, one line each",
              MBeanOperationInfo.INFO,
              String[].class.getName(),
              List.of(
                  NAME, MBeanOperation.number("limit", "How many at most, 1 to 10000", "count")),
              this::history));
      all.add(
          MBeanOperation.of(
              "valueAt",
              "Returns the value the counter had at that time; fails when it was missing",
              MBeanOperationInfo.INFO,
              "long",
              List.of(NAME, MBeanOperation.text("time", "For example 2026-01-01T12:00:00Z")),
              this::valueAt));
    }
    return all;
  }

  @SuppressWarnings("NullAway") // a void operation answers null
  private Object snapshot() {
    ledger.snapshot();
    return null;
  }

  private Object history(Object any, Call call) {
    long limit = call.number(1);
    if (limit < 1 || limit > History.MAX_LIMIT) {
      throw new IllegalArgumentException("limit " + limit + " is not allowed; use 1 to 10000");
    }
    try (History history = ledger.history()) {
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
    return ledger
        .valueAt(call.text(0), time)
        .orElseThrow(
            () -> new CounterDoesntExistException("Not found: " + call.text(0) + " at " + time));
  }
}
