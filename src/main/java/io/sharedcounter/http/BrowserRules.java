package io.sharedcounter.http;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps other web sites from using a visitor's browser against this server (request forgery, DNS
 * rebinding): by Host, Origin, Referer and the Fetch Metadata headers. Programs that send none of
 * these but Host pass. Immutable.
 */
final class BrowserRules {
  private static final Pattern HOST = Pattern.compile("(\\[[^\\]]*\\]|[^:\\[]*)(:[0-9]{0,5})?");

  private final Set<String> ownNames;
  private final String scheme;

  /**
   * Creates the rules.
   *
   * @param ownNames the host names and addresses that are ours, in lower case, IPv6 in brackets
   * @param scheme {@code http} or {@code https}
   */
  BrowserRules(Set<String> ownNames, String scheme) {
    this.ownNames = Set.copyOf(ownNames);
    this.scheme = scheme;
  }

  /** Refuses with 421 a request whose Host is not ours: a name that was pointed at us later. */
  void checkHost(Headers headers) throws Refusal {
    List<String> hosts = headers.getOrDefault("Host", List.of());
    if (hosts.size() != 1 || !ownNames.contains(nameIn(hosts.get(0)))) {
      throw new Refusal(421, "Misdirected: the Host of the request is not one of this server");
    }
  }

  /** Refuses with 403 a request that a page of another origin makes. The Host must be checked. */
  void checkOrigin(Headers headers) throws Refusal {
    for (String site : headers.getOrDefault("Sec-Fetch-Site", List.of())) {
      if (!site.equals("same-origin") && !site.equals("none")) {
        throw new Refusal(403, "Forbidden: requests by pages of another site");
      }
    }
    String own = scheme + "://" + headers.getFirst("Host");
    List<String> origins = headers.getOrDefault("Origin", List.of());
    for (String origin : origins) {
      if (!origin.equalsIgnoreCase(own)) {
        throw new Refusal(403, "Forbidden: requests by pages of another origin");
      }
    }
    for (String referer : headers.getOrDefault("Referer", List.of())) {
      if (!referer.equalsIgnoreCase(own)
          && !referer.regionMatches(true, 0, own + "/", 0, own.length() + 1)) {
        throw new Refusal(403, "Forbidden: requests by pages of another origin");
      }
    }
  }

  /** Returns whether a browser made the request; all current ones say so. */
  static boolean isByBrowser(Headers headers) {
    return headers.keySet().stream()
        .anyMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("sec-fetch-"));
  }

  // The port is left out: tunnels and port forwarding change it, and rebinding cannot gain by it.
  private static String nameIn(String host) {
    Matcher parts = HOST.matcher(host);
    return parts.matches() ? parts.group(1).toLowerCase(Locale.ROOT) : "";
  }
}
