package io.sharedcounter.server;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Copies the file of a namespace, also of a running server. Confined to the main thread. */
@Command(name = "backup", description = "Copies the file of a namespace, also of a running server.")
final class BackupCommand implements Callable<Integer> {
  @Mixin private ArchiveOptions archive = new ArchiveOptions();

  @Parameters(index = "0", paramLabel = "TARGET", description = "File to write; must not exist.")
  private Optional<Path> target = Optional.empty();

  @Override
  public Integer call() {
    Path copy = target.orElseThrow();
    Path draft = copy.resolveSibling(copy.getFileName() + ".new");
    archive.print(
        archive.telling(
            () -> draft.toFile().length() + " bytes",
            () -> {
              archive.files().backup(archive.namespace(), copy);
              return "copied namespace " + archive.namespace() + " to " + copy;
            }));
    return 0;
  }
}
