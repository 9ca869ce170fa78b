package io.sharedcounter;

import io.sharedcounter.archive.CounterFile;
import io.sharedcounter.archive.DataDirectory;
import io.sharedcounter.core.Copy;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Import;
import io.sharedcounter.document.DocumentFormat;
import io.sharedcounter.document.Documents;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Exports namespaces from their files, and imports them into these, from outside: without the
 * server, or beside it where that is safe. Immutable.
 */
public final class DocumentFiles {
  private final Path directory;
  private final Optional<SharedCountersConfig> config;

  /**
   * Looks at the files in a data directory.
   *
   * @param config what the server is told; empty: the files say what they are
   */
  public DocumentFiles(Path directory, Optional<SharedCountersConfig> config) {
    this.directory = directory;
    this.config = config;
  }

  /**
   * Writes the counters of a namespace as they are in its file at one instant; a server may have it
   * open. Leaves the stream open.
   *
   * @throws IllegalArgumentException if there is no such file
   * @throws IllegalStateException if it is damaged
   * @throws IOException if the stream does
   */
  public void exportCounters(String namespace, DocumentFormat format, OutputStream out)
      throws IOException {
    ArchiveFiles.checkExists(directory, namespace);
    DataDirectory.visit(directory);
    format.write(namespace, CounterFile.copy(directory, namespace), out);
  }

  /**
   * Returns what {@link #importCounters} would change, as {@link Documents#checkImport} says it.
   * Changes nothing; a server may have the namespace open.
   *
   * @throws RuntimeException as {@link #importCounters} does
   * @throws IOException if the stream does
   */
  public String checkImport(String namespace, InputStream document, Import.Mode mode)
      throws IOException {
    DataDirectory.visit(directory);
    CounterRegistry rehearsal = new CounterRegistry(settings(declared(namespace)));
    Copy copy =
        Files.exists(file(namespace))
            ? CounterFile.copy(directory, namespace)
            : new Copy(0, Collections.emptySortedMap());
    rehearsal.importAll(new Import(copy.counters(), Import.Mode.REPLACE));
    return new Documents(rehearsal).checkImport(document, mode);
  }

  /**
   * Brings a document into the file of a namespace, all or nothing, and returns how many counters
   * changed, once they are kept. Creates the file where the configuration declares the namespace.
   *
   * @throws IllegalArgumentException if there is no such file, the namespace is to have none, or
   *     the document is not whole; nothing has changed
   * @throws IllegalStateException if the directory is in use or the file is damaged, or as {@link
   *     Documents#importCounters(InputStream, Import.Mode)} says
   * @throws ArithmeticException if a sum leaves the 64-bit range; nothing has changed
   * @throws IOException if the stream does; nothing has changed
   */
  public long importCounters(String namespace, InputStream document, Import.Mode mode)
      throws IOException {
    NamespaceConfig declared = declared(namespace);
    boolean archives = declared.has(Feature.ARCHIVE);
    // Not the rest of what is declared: with the durability eventual a failure would come too late.
    List<String> needed =
        List.of((archives ? Feature.ARCHIVE : Feature.SNAPSHOT).word(), Feature.SERIALIZE.word());
    SharedCountersConfig alone =
        SharedCountersConfig.builder()
            .jmx(false)
            .dataDirectory(directory)
            .namespace(
                NamespaceConfig.builder(namespace)
                    .features(needed)
                    .maxCounters(settings(declared).maxCounters())
                    .build())
            .build();
    try (SharedCounters counters = SharedCounters.open(alone)) {
      long changed = counters.documents(namespace).importCounters(document, mode);
      if (!archives) {
        // The close would write it too, but not tell when it cannot.
        counters.snapshot(namespace);
      }
      return changed;
    }
  }

  private NamespaceConfig declared(String namespace) {
    if (config.isEmpty() && !Files.exists(file(namespace))) {
      throw new IllegalArgumentException(
          "namespace '"
              + namespace
              + "': there is no "
              + file(namespace)
              + "; name the configuration that declares it, and it is created");
    }
    NamespaceConfig declared =
        config.map(all -> all.namespace(namespace)).orElseGet(() -> ofFile(namespace));
    if (declared.has(Feature.REPLICATE)) {
      throw new IllegalArgumentException(
          "namespace '"
              + namespace
              + "' is replicated: the cluster's log decides, not a file; import into the running"
              + " server, by the MBean operation importCounters");
    }
    if (!declared.keepsFile()) {
      throw new IllegalArgumentException(
          "namespace '"
              + namespace
              + "' keeps no file; import into the running server, by the MBean operation"
              + " importCounters");
    }
    return declared;
  }

  private NamespaceConfig ofFile(String namespace) {
    List<String> features = new ArrayList<>();
    boolean archives = CounterFile.isArchive(directory, namespace);
    features.add((archives ? Feature.ARCHIVE : Feature.SNAPSHOT).word());
    if (CounterFile.isRecord(directory, namespace)) {
      features.add(Feature.REPLICATE.word());
    }
    return NamespaceConfig.builder(namespace).features(features).build();
  }

  private CounterSettings settings(NamespaceConfig declared) {
    return config.orElseGet(() -> SharedCountersConfig.builder().build()).settings(declared);
  }

  private Path file(String namespace) {
    return SurvivingNamespaces.file(directory, namespace);
  }
}
