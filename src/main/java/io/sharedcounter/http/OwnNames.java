package io.sharedcounter.http;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The names and addresses by which a client may call this server. Immutable. */
final class OwnNames {
  private OwnNames() {}

  /**
   * Returns the names, in lower case, IPv6 addresses in brackets.
   *
   * @param configured the host as the settings name it
   * @param bound the address that is bound
   * @param certified the names in the server's certificate
   */
  static Set<String> of(String configured, InetAddress bound, Set<String> certified) {
    Set<String> names = new HashSet<>();
    add(names, configured);
    add(names, bound.getHostAddress());
    certified.forEach(name -> add(names, name));
    if (bound.isLoopbackAddress() || bound.isAnyLocalAddress()) {
      names.addAll(Set.of("localhost", "127.0.0.1", "[::1]"));
    }
    if (bound.isAnyLocalAddress()) {
      try {
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
          for (InetAddress address : Collections.list(network.getInetAddresses())) {
            add(names, address.getHostAddress());
          }
        }
      } catch (SocketException e) {
        throw new IllegalStateException("http: the addresses of this machine are not known: " + e);
      }
    }
    return names;
  }

  private static void add(Set<String> names, String name) {
    String plain = name.toLowerCase(Locale.ROOT);
    if (plain.indexOf(':') >= 0 && !plain.startsWith("[")) {
      // Java writes IPv6 in full and with the interface; clients write it short and without.
      int scope = plain.indexOf('%');
      String address = scope < 0 ? plain : plain.substring(0, scope);
      names.add("[" + address + "]");
      names.add("[" + shortened(address) + "]");
    } else {
      names.add(plain);
    }
  }

  /** Writes an IPv6 address with its longest run of zeros as {@code ::} (RFC 5952). */
  private static String shortened(String address) {
    for (int run = 8; run >= 2; run--) {
      String zeros = "0:".repeat(run).substring(0, 2 * run - 1);
      int at = (":" + address + ":").indexOf(":" + zeros + ":");
      if (at >= 0) {
        String before = at == 0 ? "" : address.substring(0, at - 1);
        int rest = at + zeros.length() + 1;
        return before + "::" + (rest > address.length() ? "" : address.substring(rest));
      }
    }
    return address;
  }
}
