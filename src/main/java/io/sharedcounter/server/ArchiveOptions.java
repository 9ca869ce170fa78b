package io.sharedcounter.server;

import io.sharedcounter.ArchiveFiles;
import io.sharedcounter.DocumentFiles;
import io.sharedcounter.NamespaceConfig;
import io.sharedcounter.SharedCountersConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What all commands on the file of a namespace share: which one, where it is, and where to tell
 * what. Confined to the main thread.
 */
@Command(
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:it is done", "1:the file is damaged", "2:it cannot be done"})
final class ArchiveOptions {
  @Option(names = "--config", paramLabel = "FILE", description = "Properties file of the server.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory. Default: the one that FILE names.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Namespace. Default: the only one of FILE that keeps a file.")
  private Optional<String> namespace = Optional.empty();

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec command;

  /** Returns what the properties file says, if one is named. */
  Optional<SharedCountersConfig> config() {
    return file.map(SharedCountersConfig::load);
  }

  /**
   * Returns the name of the namespace.
   *
   * @throws IllegalArgumentException if it is not said, and there is more or less than one
   */
  String namespace() {
    return namespace.orElseGet(
        () -> {
          List<String> kept =
              config().stream()
                  .flatMap(config -> config.namespaces().values().stream())
                  .filter(NamespaceConfig::keepsFile)
                  .map(NamespaceConfig::name)
                  .toList();
          if (kept.size() != 1) {
            throw new IllegalArgumentException(
                "say which namespace: --namespace"
                    + (kept.isEmpty() ? "" : ", one of " + String.join(", ", kept)));
          }
          return kept.get(0);
        });
  }

  /**
   * Returns where the files are.
   *
   * @throws IllegalArgumentException if it is not said
   */
  Path directory() {
    return data.or(() -> config().flatMap(SharedCountersConfig::dataDirectory))
        .orElseThrow(
            () -> new IllegalArgumentException("say where the files are: --data, or --config"));
  }

  ArchiveFiles files() {
    return new ArchiveFiles(directory());
  }

  DocumentFiles documents() {
    return new DocumentFiles(directory(), config());
  }

  /** Prints a line of the result. */
  void print(Object line) {
    out().println(line);
    out().flush();
  }

  /** Returns where results go. */
  PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** Returns where refusals go. */
  PrintWriter err() {
    return command.commandLine().getErr();
  }

  /**
   * Returns what {@code work} returns, which changes the namespace by one transaction of the
   * database or not at all.
   *
   * @throws IllegalStateException if memory does not suffice; says whether the namespace has
   *     changed
   */
  <T> T changing(String namespace, Supplier<T> work) {
    long before = files().lastSequence(namespace);
    try {
      return work.get();
    } catch (OutOfMemoryError | IllegalStateException e) {
      if (!NoMemory.causes(e)) {
        throw e;
      }
      boolean hasChanged = files().lastSequence(namespace) != before;
      throw new IllegalStateException(
          hasChanged
              ? "memory ended only after everything was done: namespace '"
                  + namespace
                  + "' has changed, do not repeat it"
              : NoMemory.text() + "; nothing has changed",
          e);
    }
  }

  /** Returns what {@code work} returns; tells on stderr meanwhile how far it has come. */
  <T> T telling(Supplier<String> far, Supplier<T> work) {
    Progress progress = new Progress(command.name() + ": ", far, err(), Progress.INTERVAL);
    try {
      return work.get();
    } finally {
      progress.close();
    }
  }
}
