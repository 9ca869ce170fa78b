package io.sharedcounter;

import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.Import;
import io.sharedcounter.document.DocumentFormat;
import io.sharedcounter.document.Documents;
import io.sharedcounter.jmx.Call;
import io.sharedcounter.jmx.MBeanOperation;
import io.sharedcounter.jmx.NamespaceMBeans;
import java.util.List;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;

/**
 * What the registry MBean offers of a namespace with the feature serialize: its export and import.
 * Stateless, thread-safe.
 */
final class DocumentFace {
  private static final System.Logger LOG = System.getLogger(DocumentFace.class.getName());

  private static final String TEXT = String.class.getName();
  private static final MBeanParameterInfo DOCUMENT =
      MBeanOperation.text("document", "What exportCounters returned, json or csv");
  private static final MBeanParameterInfo MODE =
      MBeanOperation.text("mode", "replace (exactly the document), add, or max");

  private DocumentFace() {}

  static List<MBeanOperation<Object>> operations(CounterRegistry registry) {
    Documents documents = new Documents(registry);
    return List.of(
        MBeanOperation.of(
            "exportCounters",
            "Returns all counters as a document, to be imported again",
            MBeanOperationInfo.INFO,
            TEXT,
            List.of(MBeanOperation.text("format", "json or csv")),
            (any, call) -> export(registry, documents, DocumentFormat.of(call.text(0)))),
        MBeanOperation.of(
            "importCounters",
            "Brings a document in, all or nothing; returns how many counters changed",
            MBeanOperationInfo.ACTION_INFO,
            "long",
            List.of(DOCUMENT, MODE),
            (any, call) -> bring(registry, documents, call)),
        MBeanOperation.of(
            "checkImport",
            "Returns what importCounters would change, one line each, and changes nothing",
            MBeanOperationInfo.INFO,
            TEXT,
            List.of(DOCUMENT, MODE),
            (any, call) -> documents.checkImport(call.text(0), Import.Mode.of(call.text(1)))));
  }

  private static String export(
      CounterRegistry registry, Documents documents, DocumentFormat format) {
    int count = registry.count();
    if (count > NamespaceMBeans.MOST_AT_ONCE) {
      throw new IllegalStateException(
          "Limit: namespace '"
              + registry.namespace()
              + "' holds "
              + count
              + " counters, exportCounters returns up to "
              + NamespaceMBeans.MOST_AT_ONCE
              + "; use the command export, or SharedCounters.documents in the application");
    }
    return documents.exportCounters(format);
  }

  private static long bring(CounterRegistry registry, Documents documents, Call call) {
    Import.Mode mode = Import.Mode.of(call.text(1));
    long changed = documents.importCounters(call.text(0), mode);
    LOG.log(
        System.Logger.Level.INFO,
        "[{0}] import ({1}) by {2}: {3} counters changed",
        registry.namespace(),
        mode,
        call.origin(),
        Long.toString(changed));
    return changed;
  }
}
