package io.sharedcounter.server;

import io.sharedcounter.archive.DamagedFileException;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import io.sharedcounter.document.DocumentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Brings a document into the file of a namespace of a stopped server. Confined to the main thread.
 */
@Command(
    name = "import",
    description = {
      "Brings a document into the file of a namespace of a stopped server, all or nothing.",
      "Into a running server: by the MBean operation importCounters.",
      "Needs memory for the document and the namespace: java -Xmx1g for a million counters."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:it is imported, or could be",
      "1:the document is not whole or does not fit, or the file is damaged; nothing has changed",
      "2:it cannot be told"
    })
final class ImportCommand implements Callable<Integer> {
  @Mixin private ArchiveOptions archive = new ArchiveOptions();

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      required = true,
      description = {
        "replace: afterwards the namespace holds exactly the document;",
        "add: adds each value; max: keeps the larger."
      })
  private String mode = "";

  @Option(
      names = "--dry-run",
      description = "Says what would change, and changes nothing; also of a running server.")
  private boolean isRehearsal;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "Document, json or csv. Without it: standard input.")
  private Optional<Path> file = Optional.empty();

  @Override
  public Integer call() {
    Import.Mode wanted = Import.Mode.of(mode);
    String namespace = archive.namespace();
    AtomicLong far = new AtomicLong();
    try (InputStream in = new CountingInput(open(), far)) {
      return archive.changing(
          namespace,
          () -> archive.telling(() -> far + " bytes read", () -> bring(namespace, in, wanted)));
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException("there is no document " + e.getMessage(), e);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private InputStream open() throws IOException {
    return file.isPresent() ? Files.newInputStream(file.get()) : System.in;
  }

  private static UncheckedIOException unreadable(IOException e) {
    return new UncheckedIOException("cannot read the document: " + e.getMessage(), e);
  }

  private int bring(String namespace, InputStream in, Import.Mode wanted) {
    try {
      if (isRehearsal) {
        archive.out().print(archive.documents().checkImport(namespace, in, wanted));
        archive.out().flush();
      } else {
        long changed = archive.documents().importCounters(namespace, in, wanted);
        archive.print("imported into namespace " + namespace + ": " + changed + " changed");
      }
      return 0;
    } catch (DocumentException | ArithmeticException e) {
      return Main.fail(Main.WRONG, archive.err(), String.valueOf(e.getMessage()));
    } catch (DamagedFileException | NotAppliedException | OutcomeUnknownException e) {
      throw e;
    } catch (IllegalStateException e) {
      if (String.valueOf(e.getMessage()).startsWith("Limit: ")) {
        return Main.fail(Main.WRONG, archive.err(), String.valueOf(e.getMessage()));
      }
      throw new IllegalStateException(
          e.getMessage() + "; a running server imports by the MBean operation importCounters", e);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }
}
