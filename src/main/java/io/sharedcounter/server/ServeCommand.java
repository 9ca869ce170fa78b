package io.sharedcounter.server;

import io.sharedcounter.NamespaceConfig;
import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves counters until the process is stopped. Confined to the main thread. */
@Command(
    name = "serve",
    description = "Opens the namespaces, tells where they answer, and runs until stopped.",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file; without it: namespace default, in memory.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Address for Jolokia. Default: 127.0.0.1.")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port for Jolokia; 0 takes a free one. Default: 8778.")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory for the files of namespaces that keep some.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--namespace",
      paramLabel = "NAME[=FEATURE,...]",
      description = "Namespace and its features: archive, snapshot, serialize, replicate.")
  private List<String> namespaces = new ArrayList<>();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  /** Returns the configuration: command line over file over defaults. */
  SharedCountersConfig config() {
    SharedCountersConfig below =
        file.map(SharedCountersConfig::load).orElseGet(SharedCountersConfig.builder()::build);
    SharedCountersConfig.Builder config = below.toBuilder().http();
    host.ifPresent(config::httpHost);
    port.ifPresent(config::httpPort);
    data.ifPresent(config::dataDirectory);
    for (String namespace : namespaces) {
      config.namespace(declared(namespace, below));
    }
    if (namespaces.isEmpty() && below.namespaces().isEmpty()) {
      config.namespace(NamespaceConfig.builder("default").build());
    }
    return config.build();
  }

  /** Returns what {@code NAME=feature,feature} declares; other settings stay those of the file. */
  private static NamespaceConfig declared(String option, SharedCountersConfig below) {
    int equals = option.indexOf('=');
    String name = equals < 0 ? option : option.substring(0, equals);
    String features = equals < 0 ? "" : option.substring(equals + 1);
    NamespaceConfig inFile = below.namespaces().get(name);
    NamespaceConfig.Builder namespace =
        inFile == null ? NamespaceConfig.builder(name) : inFile.toBuilder();
    return namespace
        .features(features.isEmpty() ? List.of() : Arrays.asList(features.split(",", -1)))
        .build();
  }

  @Override
  public Integer call() throws InterruptedException {
    SharedCountersConfig config = config();
    PrintWriter out = spec.commandLine().getOut();
    try (SharedCounters counters = SharedCounters.open(config)) {
      CountDownLatch stopped = new CountDownLatch(1);
      Thread stop = new Thread(() -> stop(counters, out), "sharedcounter-stop");
      Runtime.getRuntime().addShutdownHook(stop);
      new Greeting(counters, config).print(out);
      stopped.await();
    }
    return 0;
  }

  private static void stop(SharedCounters counters, PrintWriter out) {
    counters.close();
    out.println("closed " + counters.instanceId());
    out.flush();
  }
}
