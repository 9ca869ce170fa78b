package io.sharedcounter.server;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies the file of a namespace, also of a running server. Confined to the main thread. */
@Command(
    name = "backup",
    description = "Copies the file of a namespace, also of a running server.",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
  @Mixin private ArchiveOptions archive = new ArchiveOptions();

  @Parameters(index = "0", paramLabel = "TARGET", description = "File to write; must not exist.")
  private Optional<Path> target = Optional.empty();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Path file = target.orElseThrow();
    archive.files().backup(archive.namespace(), file);
    out.println("copied namespace " + archive.namespace() + " to " + file);
    out.flush();
    return 0;
  }
}
