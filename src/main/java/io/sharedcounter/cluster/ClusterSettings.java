package io.sharedcounter.cluster;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this process is told of its cluster at its start. Immutable.
 *
 * @param peers the names and addresses of the 3 or 5 voters (1 for a try-out), in order: the first
 *     begins the cluster
 * @param timeout how long an operation may take
 * @param tls mutual TLS; required beyond loopback
 * @param member which of the voters this process is; empty for a client, which keeps nothing
 */
public record ClusterSettings(
    Map<String, InetSocketAddress> peers,
    Duration timeout,
    Optional<Tls> tls,
    Optional<Member> member) {
  /** How long an operation may take unless the settings say otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  /** After how many entries of the log a member writes a snapshot. */
  public static final long DEFAULT_SNAPSHOT_ENTRIES = 50_000;

  private static final Pattern PEER =
      Pattern.compile("\\s*([a-z0-9][a-z0-9_-]{0,31})@(.+):([0-9]{1,5})\\s*");

  /**
   * The PEM files of mutual TLS 1.3. Use a certificate authority for this cluster alone: whoever
   * holds one of its certificates may also change the membership. Immutable.
   *
   * @param key the private key of this member, PKCS#8
   * @param certificate its certificate
   * @param authority the certificate of the authority that all members trust
   */
  public record Tls(Path key, Path certificate, Path authority) {}

  /** How an empty directory is to be taken; one with a member in it makes no difference. */
  public enum Start {
    /** As an error: the member was lost. */
    AGAIN,
    /** As one of a new cluster, which begins when all its members are there. */
    BOOTSTRAP,
    /** As one that waits to be added to a running cluster. */
    JOIN
  }

  /**
   * What makes a process a voter. Immutable.
   *
   * @param node its name, one of the peers
   * @param directory where it keeps log and snapshots, for itself alone
   * @param start how an empty directory is to be taken
   * @param snapshotEntries after how many entries of the log it writes a snapshot
   */
  public record Member(String node, Path directory, Start start, long snapshotEntries) {}

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException that names the setting, what was found and what is allowed
   */
  public ClusterSettings {
    peers = Collections.unmodifiableMap(new LinkedHashMap<>(peers));
    if (member.isPresent() && !peers.containsKey(member.get().node())) {
      throw new IllegalArgumentException(
          "cluster.node '" + member.get().node() + "' is none of cluster.peers " + peers.keySet());
    }
    boolean isBootstrap = member.isPresent() && member.get().start() == Start.BOOTSTRAP;
    if (isBootstrap && peers.size() != 1 && peers.size() != 3 && peers.size() != 5) {
      throw new IllegalArgumentException(
          "cluster.peers has " + peers.size() + " members; begin with 3 or 5 (1 to try)");
    }
    if (timeout.compareTo(Duration.ofMillis(100)) < 0
        || timeout.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException("cluster.timeout is " + timeout + "; use PT0.1S to PT10M");
    }
    for (Map.Entry<String, InetSocketAddress> peer : peers.entrySet()) {
      checkAddress(peer.getKey(), peer.getValue(), tls.isPresent());
    }
  }

  /**
   * Checks that the files of TLS can be read.
   *
   * @throws IllegalArgumentException that names the setting and the file
   */
  void checkFiles() {
    tls.ifPresent(
        files -> {
          checkFile("cluster.tls.key", files.key());
          checkFile("cluster.tls.certificate", files.certificate());
          checkFile("cluster.tls.ca", files.authority());
        });
  }

  /** Returns the settings of a client of the same cluster. */
  public ClusterSettings asClient() {
    return new ClusterSettings(peers, timeout, tls, Optional.empty());
  }

  /** Returns the address that a member listens on. */
  InetSocketAddress address(Member voter) {
    return Objects.requireNonNull(peers.get(voter.node()));
  }

  /** Returns what to call this process in names of threads. */
  String label() {
    return member.map(Member::node).orElse("client");
  }

  /**
   * Reads a list of peers.
   *
   * @param text {@code a@10.0.0.1:7461, b@10.0.0.2:7461, ...}
   * @throws IllegalArgumentException that shows the entry that is wrong
   */
  public static Map<String, InetSocketAddress> parsePeers(String text) {
    Map<String, InetSocketAddress> peers = new LinkedHashMap<>();
    List<String> seen = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = PEER.matcher(part);
      int port = matcher.matches() ? Integer.parseInt(matcher.group(3)) : 0;
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException(
            "cluster.peers: '" + part.trim() + "' is not name@host:port");
      }
      InetSocketAddress address = InetSocketAddress.createUnresolved(matcher.group(2), port);
      if (peers.put(matcher.group(1), address) != null || seen.contains(address.toString())) {
        throw new IllegalArgumentException("cluster.peers: '" + part.trim() + "' is there twice");
      }
      seen.add(address.toString());
    }
    return peers;
  }

  private static void checkAddress(String peer, InetSocketAddress address, boolean hasTls) {
    InetAddress resolved;
    try {
      resolved = InetAddress.getByName(address.getHostString());
    } catch (UnknownHostException e) {
      if (hasTls) {
        return; // A peer may be unknown to the name service today and known tomorrow.
      }
      throw new IllegalArgumentException(
          "cluster.peers: host '" + address.getHostString() + "' of '" + peer + "' is not known",
          e);
    }
    if (resolved.isAnyLocalAddress()) {
      throw new IllegalArgumentException(
          "cluster.peers: '" + peer + "' names no single address but " + address.getHostString());
    }
    if (!resolved.isLoopbackAddress() && !hasTls) {
      throw new IllegalArgumentException(
          "cluster.peers: '"
              + peer
              + "' at "
              + address.getHostString()
              + " is beyond loopback; set cluster.tls.key, cluster.tls.certificate and"
              + " cluster.tls.ca");
    }
  }

  private static void checkFile(String key, Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException(key + ": " + file + " cannot be read");
    }
  }
}
