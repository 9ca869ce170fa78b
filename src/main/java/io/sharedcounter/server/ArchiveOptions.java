package io.sharedcounter.server;

import io.sharedcounter.ArchiveFiles;
import io.sharedcounter.SharedCountersConfig;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Says which namespace a command is about, and where its file is. Confined to the main thread. */
final class ArchiveOptions {
  @Option(names = "--config", paramLabel = "FILE", description = "Properties file of the server.")
  private Optional<Path> file = Optional.empty();

  @Option(names = "--data", paramLabel = "DIR", description = "Data directory.")
  private Optional<Path> data = Optional.empty();

  @Option(names = "--namespace", paramLabel = "NAME", required = true, description = "Namespace.")
  private String namespace = "";

  String namespace() {
    return namespace;
  }

  ArchiveFiles files() {
    Optional<Path> directory =
        data.or(() -> file.map(SharedCountersConfig::load).flatMap(c -> c.dataDirectory()));
    return new ArchiveFiles(
        directory.orElseThrow(
            () -> new IllegalArgumentException("say where the files are: --data, or --config")));
  }
}
