package io.sharedcounter;

import io.sharedcounter.PropertyLines.Entry;
import io.sharedcounter.cluster.ClusterSettings;
import io.sharedcounter.cluster.ClusterSettings.Member;
import io.sharedcounter.cluster.ClusterSettings.Start;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The keys {@code cluster.*} of a properties file. Confined to one thread. */
final class ClusterKeys {
  private static final String KEYS =
      "cluster.node, cluster.peers, cluster.directory, cluster.bootstrap, cluster.join, "
          + "cluster.timeout, cluster.tls.key, cluster.tls.certificate, cluster.tls.ca";

  private Optional<Entry> firstKey = Optional.empty();
  private Optional<String> node = Optional.empty();
  private Optional<Map<String, InetSocketAddress>> peers = Optional.empty();
  private Optional<Path> directory = Optional.empty();
  private Optional<Path> tlsKey = Optional.empty();
  private Optional<Path> tlsCertificate = Optional.empty();
  private Optional<Path> tlsAuthority = Optional.empty();
  private boolean bootstrap;
  private boolean join;
  private Duration timeout = ClusterSettings.DEFAULT_TIMEOUT;

  /** Takes one key. */
  void set(Entry entry) {
    firstKey = firstKey.or(() -> Optional.of(entry));
    String value = entry.value().strip();
    switch (entry.key()) {
      case "cluster.node" -> node = Optional.of(value);
      case "cluster.peers" -> peers = Optional.of(ClusterSettings.parsePeers(value));
      case "cluster.directory" -> directory = Optional.of(ConfigFile.path(entry));
      case "cluster.bootstrap" -> bootstrap = yes(value);
      case "cluster.join" -> join = yes(value);
      case "cluster.timeout" -> timeout = ConfigFile.duration(entry);
      case "cluster.tls.key" -> tlsKey = Optional.of(ConfigFile.path(entry));
      case "cluster.tls.certificate" -> tlsCertificate = Optional.of(ConfigFile.path(entry));
      case "cluster.tls.ca" -> tlsAuthority = Optional.of(ConfigFile.path(entry));
      default -> throw new IllegalArgumentException("this key is not known; use " + KEYS);
    }
  }

  /** Returns the first key that was taken, or empty if the file has none. */
  Optional<Entry> firstKey() {
    return firstKey;
  }

  /**
   * Returns the settings of the member.
   *
   * @throws IllegalArgumentException if keys are missing or contradict each other
   */
  ClusterSettings settings() {
    return new ClusterSettings(needed(peers, "cluster.peers"), timeout, tls(), member());
  }

  private Optional<Member> member() {
    if (node.isEmpty()) {
      if (directory.isPresent() || bootstrap || join) {
        throw new IllegalArgumentException(
            "cluster.node is missing; set it, or leave out cluster.directory, cluster.bootstrap and"
                + " cluster.join to be a client of the cluster");
      }
      return Optional.empty();
    }
    if (bootstrap && join) {
      throw new IllegalArgumentException("cluster.bootstrap and cluster.join exclude each other");
    }
    Start start = bootstrap ? Start.BOOTSTRAP : join ? Start.JOIN : Start.AGAIN;
    Path path = needed(directory, "cluster.directory");
    return Optional.of(
        new Member(node.get(), path, start, ClusterSettings.DEFAULT_SNAPSHOT_ENTRIES));
  }

  private Optional<ClusterSettings.Tls> tls() {
    if (tlsKey.isEmpty() && tlsCertificate.isEmpty() && tlsAuthority.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ClusterSettings.Tls(
            needed(tlsKey, "cluster.tls.key"),
            needed(tlsCertificate, "cluster.tls.certificate"),
            needed(tlsAuthority, "cluster.tls.ca")));
  }

  private static <T> T needed(Optional<T> value, String key) {
    return value.orElseThrow(() -> new IllegalArgumentException(key + " is missing; set it"));
  }

  private static boolean yes(String value) {
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException("'" + value + "' is not allowed; use true or false");
    }
    return value.equals("true");
  }
}
