package io.sharedcounter.server;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the last transactions of a counter, the latest first. Confined to the main thread. */
@Command(
    name = "history",
    description = "Prints the last transactions of a counter, the latest first.")
final class HistoryCommand implements Callable<Integer> {
  @Mixin private ArchiveOptions archive = new ArchiveOptions();

  @Parameters(index = "0", paramLabel = "COUNTER", description = "Name of the counter.")
  private String counter = "";

  @Option(names = "--limit", paramLabel = "N", description = "How many at most. Default: 100.")
  private int limit = 100;

  @Override
  public Integer call() {
    List<String> found = archive.files().history(archive.namespace(), counter, limit);
    found.forEach(archive::print);
    if (found.isEmpty()) {
      archive.err().println("the archive has no transaction of counter '" + counter + "'");
    }
    return 0;
  }
}
