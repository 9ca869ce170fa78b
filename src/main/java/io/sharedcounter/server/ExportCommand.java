package io.sharedcounter.server;

import io.sharedcounter.document.DocumentFormat;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Writes the counters of a namespace to a document, also of a running server. Confined to the main
 * thread.
 */
@Command(
    name = "export",
    description = "Writes the counters of a namespace to a document, also of a running server.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:it is written", "1:the namespace's file is damaged", "2:it cannot be told"})
final class ExportCommand implements Callable<Integer> {
  @Mixin private ArchiveOptions archive = new ArchiveOptions();

  @Option(names = "--format", paramLabel = "FORMAT", description = "json or csv. Default: json.")
  private String format = "json";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "File to write; must not exist. Without it: standard output.")
  private Optional<Path> file = Optional.empty();

  @Override
  public Integer call() throws IOException {
    DocumentFormat wanted = DocumentFormat.of(format);
    try {
      if (file.isPresent()) {
        write(wanted, file.get());
      } else {
        // Not the console's writer: a document is UTF-8 whatever the console speaks.
        write(wanted, new FileOutputStream(FileDescriptor.out));
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the document: " + e.getMessage(), e);
    }
  }

  private void write(DocumentFormat wanted, Path target) throws IOException {
    if (Files.exists(target)) {
      throw new IllegalArgumentException(target + " exists; name a file that does not");
    }
    Path draft = target.resolveSibling(target.getFileName() + ".new");
    try {
      try (FileOutputStream out = new FileOutputStream(draft.toFile())) {
        write(wanted, out);
        out.getFD().sync();
      }
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      // A full disk needs the room.
      Files.deleteIfExists(draft);
    }
    archive.print("exported namespace " + archive.namespace() + " to " + target);
  }

  private void write(DocumentFormat wanted, OutputStream target) throws IOException {
    AtomicLong far = new AtomicLong();
    OutputStream out = new BufferedOutputStream(new CountingOutput(target, far), 1 << 16);
    archive.telling(
        () -> far + " bytes",
        () -> {
          try {
            archive.documents().exportCounters(archive.namespace(), wanted, out);
            out.flush();
            return far.get();
          } catch (IOException e) {
            throw new UncheckedIOException("cannot write the document: " + e.getMessage(), e);
          }
        });
  }
}
