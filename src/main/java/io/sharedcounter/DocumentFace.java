package io.sharedcounter;

import io.sharedcounter.core.Import;
import io.sharedcounter.document.DocumentFormat;
import io.sharedcounter.document.Documents;
import io.sharedcounter.jmx.MBeanOperation;
import java.util.List;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;

/**
 * What the registry MBean offers of a namespace with the feature serialize: its export and import.
 * Stateless, thread-safe.
 */
final class DocumentFace {
  private static final String TEXT = String.class.getName();
  private static final MBeanParameterInfo DOCUMENT =
      MBeanOperation.text("document", "What exportCounters returned, json or csv");
  private static final MBeanParameterInfo MODE =
      MBeanOperation.text("mode", "replace (exactly the document), add, or max");

  private DocumentFace() {}

  static List<MBeanOperation<Object>> operations(Documents documents) {
    return List.of(
        MBeanOperation.of(
            "exportCounters",
            "Returns all counters as a document, to be imported again",
            MBeanOperationInfo.INFO,
            TEXT,
            List.of(MBeanOperation.text("format", "json or csv")),
            (any, call) -> documents.exportCounters(DocumentFormat.of(call.text(0)))),
        MBeanOperation.of(
            "importCounters",
            "Brings a document in, all or nothing; returns how many counters changed",
            MBeanOperationInfo.ACTION_INFO,
            "long",
            List.of(DOCUMENT, MODE),
            (any, call) -> documents.importCounters(call.text(0), Import.Mode.of(call.text(1)))),
        MBeanOperation.of(
            "checkImport",
            "Returns what importCounters would change, one line each, and changes nothing",
            MBeanOperationInfo.INFO,
            TEXT,
            List.of(DOCUMENT, MODE),
            (any, call) -> documents.checkImport(call.text(0), Import.Mode.of(call.text(1)))));
  }
}
