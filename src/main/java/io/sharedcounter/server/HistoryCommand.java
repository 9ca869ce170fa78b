package io.sharedcounter.server;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the last transactions of a counter, the latest first. Confined to the main thread. */
@Command(
    name = "history",
    description = "Prints the last transactions of a counter, the latest first.",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
  @Mixin private ArchiveOptions archive = new ArchiveOptions();

  @Parameters(index = "0", paramLabel = "COUNTER", description = "Name of the counter.")
  private String counter = "";

  @Option(names = "--limit", paramLabel = "N", description = "How many at most. Default: 100.")
  private int limit = 100;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    archive.files().history(archive.namespace(), counter, limit).forEach(out::println);
    out.flush();
    return 0;
  }
}
