package io.sharedcounter.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The links between members in processes of their own, one for each direction, to be cut.
 *
 * <p>All processes know a member by one host name, as the configuration that they share has to say
 * where it is; but to each process that name is another address of loopback, at which its link to
 * that member listens. Confined to the test's thread.
 */
final class ProcessLinks implements AutoCloseable {
  private final Map<String, LinkProxy> links = new LinkedHashMap<>();
  private final Map<String, Path> hosts = new LinkedHashMap<>();

  ProcessLinks(Path directory, Map<String, Integer> ports) throws IOException {
    List<String> names = new ArrayList<>(ports.keySet());
    for (String from : names) {
      StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
      for (String to : names) {
        int port = Objects.requireNonNull(ports.get(to));
        byte[] address = {127, 0, 0, 1};
        if (!from.equals(to)) {
          address[2] = (byte) (names.indexOf(from) + 1);
          address[3] = (byte) (names.indexOf(to) + 1);
          InetAddress at = InetAddress.getByAddress(address);
          links.put(from + ">" + to, new LinkProxy(new InetSocketAddress(at, port), port));
        }
        lines.append(InetAddress.getByAddress(address).getHostAddress());
        lines.append(' ').append(host(to)).append('\n');
      }
      hosts.put(from, Files.writeString(directory.resolve("hosts-" + from), lines));
    }
  }

  /** Returns by which host name all processes know a member. */
  static String host(String name) {
    return "member-" + name;
  }

  /** Returns the option with which a member's process finds its links. */
  String option(String name) {
    return "-Djdk.net.hosts.file=" + hosts.get(name);
  }

  List<String> all() {
    return List.copyOf(links.keySet());
  }

  /** Cuts a link, by its name such as {@code a>b}. */
  void cut(String link) {
    Objects.requireNonNull(links.get(link)).cut(true);
  }

  /** Cuts all links from and to a member. */
  void isolate(String name) {
    all().stream().filter(link -> List.of(link.split(">", -1)).contains(name)).forEach(this::cut);
  }

  void heal() {
    links.values().forEach(link -> link.cut(false));
  }

  @Override
  public void close() {
    links.values().forEach(LinkProxy::close);
  }
}
