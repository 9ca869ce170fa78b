package io.sharedcounter;

import io.sharedcounter.archive.ArchiveLedger;
import io.sharedcounter.jmx.MBeanAttribute;
import io.sharedcounter.jmx.MBeanOperation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.management.MBeanOperationInfo;

/**
 * What the registry MBean shows of a namespace that survives: its history, its snapshots, and how
 * much disk it takes. Thread-safe.
 */
final class SurvivingFace {
  private static final String TEXT = String.class.getName();

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
      all.addAll(new HistoryFace(ledger).operations());
    }
    return all;
  }

  @SuppressWarnings("NullAway") // a void operation answers null
  private Object snapshot() {
    ledger.snapshot();
    return null;
  }
}
