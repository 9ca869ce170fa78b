package io.sharedcounter.document;

import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.Imported;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Exports one namespace to documents and imports it from them. {@link DocumentFormat} says what a
 * document looks like. Thread-safe.
 */
public final class Documents {
  /** How many changes {@link #checkImport} lists at most. */
  public static final int MOST_LISTED = 1_000;

  private final CounterRegistry registry;

  /** Creates the documents of the namespace. */
  public Documents(CounterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Returns the namespace as a document. Never shows half an import. Where the counters are
   * archived, snapshotted or replicated all values are of one instant; in memory each is current
   * when it is read.
   */
  public String exportCounters(DocumentFormat format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      exportCounters(format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /**
   * Writes the namespace to {@code out}, which stays open; the rest is as for {@link
   * #exportCounters(DocumentFormat)}.
   *
   * @throws IOException if the stream does
   */
  public void exportCounters(DocumentFormat format, OutputStream out) throws IOException {
    format.write(registry.namespace(), registry.copy(), out);
  }

  /**
   * Brings a document in, all or nothing, and returns how many counters changed. Takes effect at
   * one instant for all counters; where changes are archived it is one database transaction. The
   * namespace that the document comes from may have another name.
   *
   * @throws DocumentException if the document is not whole, naming the line
   * @throws io.sharedcounter.core.CounterLockedException if a counter that would change is locked
   * @throws ArithmeticException if a sum leaves the 64-bit range
   * @throws IllegalStateException if there would be too many counters, or the namespace refuses
   *     changes. Whatever it throws but {@link io.sharedcounter.core.OutcomeUnknownException},
   *     nothing has changed
   */
  public long importCounters(String document, Import.Mode mode) {
    return bring(Document.read(document), mode);
  }

  /**
   * Brings a document in, read up to the end of {@code in}, which stays open; the rest is as for
   * {@link #importCounters(String, Import.Mode)}.
   *
   * @throws IOException if the stream does; nothing has changed
   */
  public long importCounters(InputStream in, Import.Mode mode) throws IOException {
    return bring(Document.read(in), mode);
  }

  private long bring(Document document, Import.Mode mode) {
    return registry.importAll(new Import(document.values(), mode));
  }

  /**
   * Returns what an import would change now: a line that sums up, then the first 1,000 changes by
   * name, one a line. Changes nothing.
   *
   * <pre>
   * replace: 2 counters would change: 1 created, 0 set, 1 removed
   * created: absent -&gt; 12
   * old: 5 -&gt; absent
   * </pre>
   *
   * @throws RuntimeException as {@link #importCounters(String, Import.Mode)} would
   */
  public String checkImport(String document, Import.Mode mode) {
    return check(Document.read(document), mode);
  }

  /**
   * Returns what an import would change now, as {@link #checkImport(String, Import.Mode)} does.
   *
   * @throws IOException if the stream does
   */
  public String checkImport(InputStream in, Import.Mode mode) throws IOException {
    return check(Document.read(in), mode);
  }

  private String check(Document document, Import.Mode mode) {
    List<Imported> changes = registry.checkImport(new Import(document.values(), mode));
    long created = changes.stream().filter(change -> change.before().isEmpty()).count();
    long removed = changes.stream().filter(change -> change.after().isEmpty()).count();
    String sum =
        mode
            + ": "
            + changes.size()
            + " counters would change: "
            + created
            + " created, "
            + (changes.size() - created - removed)
            + " set, "
            + removed
            + " removed\n";
    String listed =
        changes.stream()
            .sorted(Comparator.comparing(Imported::name))
            .limit(MOST_LISTED)
            .map(change -> change + "\n")
            .collect(Collectors.joining());
    int rest = changes.size() - MOST_LISTED;
    return sum + listed + (rest > 0 ? "and " + rest + " more\n" : "");
  }
}
