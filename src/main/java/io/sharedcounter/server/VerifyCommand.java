package io.sharedcounter.server;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Checks the whole file of a namespace; exit code 0: nothing is wrong. Confined to the main thread.
 */
@Command(
    name = "verify",
    description = "Checks the whole file of a namespace; exit code 0: nothing is wrong.",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Mixin private ArchiveOptions archive = new ArchiveOptions();

  @Option(
      names = "--counters-only",
      description = "The namespace has the feature snapshot and not archive.")
  private boolean countersOnly;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    long count = archive.files().verify(archive.namespace(), !countersOnly);
    out.println("namespace " + archive.namespace() + ": exact, " + count + " transactions");
    out.flush();
    return 0;
  }
}
