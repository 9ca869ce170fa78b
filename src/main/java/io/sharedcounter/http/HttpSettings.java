package io.sharedcounter.http;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Where and for whom the Jolokia endpoint listens. Immutable.
 *
 * @param host the name or address to bind: {@code 127.0.0.1}, {@code localhost}, {@code ::1}, or,
 *     with users and TLS, any other of this machine ({@code 0.0.0.0} for all)
 * @param port the port, 0 to 65535; 0 takes a free one
 * @param users the file of users and their roles, empty when everybody on this machine is operator
 * @param tls the key and certificate to serve HTTPS with, empty for plain HTTP
 * @param policy a Jolokia policy file, empty for the read-write one that is packed in
 * @param pages a directory whose files are served, read-only, under {@code /}, so that a page can
 *     read the counters from its own origin; empty for none
 */
public record HttpSettings(
    String host,
    int port,
    Optional<Path> users,
    Optional<Tls> tls,
    Optional<Path> policy,
    Optional<Path> pages) {

  /** Checks that the port is one and that nothing is null. */
  public HttpSettings {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(users, "users");
    Objects.requireNonNull(tls, "tls");
    Objects.requireNonNull(policy, "policy");
    Objects.requireNonNull(pages, "pages");
    if (host.isBlank()) {
      throw new IllegalArgumentException("http.host is empty; name an address such as 127.0.0.1");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("http.port: " + port + " is not within 0 to 65535");
    }
  }

  /**
   * Returns settings for callers on this machine: plain HTTP, no users, the packed-in policy.
   *
   * @param host the name or address to bind
   * @param port the port, 0 to 65535; 0 takes a free one
   * @return the settings
   * @throws IllegalArgumentException if the host is empty or the port is none
   */
  public static HttpSettings local(String host, int port) {
    return new HttpSettings(
        host, port, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * A PKCS12 keystore that holds the server's key and certificate chain. Immutable.
   *
   * @param keystore the file
   * @param password its password, which is the key's too
   */
  public record Tls(Path keystore, String password) {

    /** Checks that nothing is null. */
    public Tls {
      Objects.requireNonNull(keystore, "keystore");
      Objects.requireNonNull(password, "password");
    }

    /** Returns a text without the password. */
    @Override
    public String toString() {
      return "Tls[keystore=" + keystore + "]";
    }
  }
}
