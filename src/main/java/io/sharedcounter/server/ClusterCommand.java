package io.sharedcounter.server;

import io.sharedcounter.SharedCountersConfig;
import io.sharedcounter.cluster.Cluster;
import io.sharedcounter.cluster.ClusterSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Shows and changes the members of a running cluster, as a client of it: with the addresses and the
 * TLS files of the configuration, and no port or directory. Confined to the main thread.
 */
@Command(
    name = "cluster",
    description = "Shows and changes the members of a running cluster.",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
final class ClusterCommand {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file with the keys cluster.*, of any member or client.")
  private Optional<Path> file = Optional.empty();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  /** Prints a line on each member. */
  @Command(name = "status", description = "Asks each member, and prints what it says.")
  int status() {
    return with(cluster -> {});
  }

  /** Adds a member. */
  @Command(name = "add", description = "Adds a member that was started with cluster.join = true.")
  int add(@Parameters(paramLabel = "NAME@HOST:PORT", description = "The new member.") String peer) {
    return with(cluster -> cluster.addPeer(peer));
  }

  /** Removes a member. */
  @Command(name = "remove", description = "Removes a member, dead or alive.")
  int remove(@Parameters(paramLabel = "NAME", description = "The member.") String name) {
    return with(cluster -> cluster.removePeer(name));
  }

  /** Makes a member the leader. */
  @Command(name = "transfer", description = "Makes a member the leader.")
  int transfer(@Parameters(paramLabel = "NAME", description = "The next leader.") String name) {
    return with(cluster -> cluster.transferLeadership(name));
  }

  private int with(Consumer<Cluster> change) {
    PrintWriter out = spec.commandLine().getOut();
    try (Cluster cluster = Cluster.open(settings())) {
      change.accept(cluster);
      cluster.describe().forEach((member, says) -> out.println(member + ": " + says));
      out.flush();
    }
    return 0;
  }

  private ClusterSettings settings() {
    return file.map(SharedCountersConfig::load)
        .flatMap(SharedCountersConfig::cluster)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "say with --config which file has the keys cluster.peers and cluster.tls.*"))
        .asClient();
  }
}
