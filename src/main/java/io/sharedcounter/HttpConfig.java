package io.sharedcounter;

import io.sharedcounter.http.HttpSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where Jolokia is to listen, and who may call it. Immutable.
 *
 * @param host the address, the loopback one unless it is said otherwise
 * @param port 0 takes a free one
 * @param users the file of users and their roles; empty: callers on this machine are operators
 * @param policy the file of the Jolokia policy; empty: the one in the jar
 * @param pages the directory of pages to serve beside it; empty for none
 * @param keystore the PKCS12 file of the server's key; empty: plain HTTP
 * @param password opens {@code keystore}; empty if there is none
 */
record HttpConfig(
    String host,
    int port,
    Optional<Path> users,
    Optional<Path> policy,
    Optional<Path> pages,
    Optional<Path> keystore,
    String password) {

  static final HttpConfig LOCAL =
      new HttpConfig(
          "127.0.0.1",
          8778,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          "");

  HttpConfig withHost(String newHost) {
    return new HttpConfig(newHost, port, users, policy, pages, keystore, password);
  }

  HttpConfig withPort(int newPort) {
    return new HttpConfig(host, newPort, users, policy, pages, keystore, password);
  }

  HttpConfig withUsers(Path file) {
    return new HttpConfig(host, port, Optional.of(file), policy, pages, keystore, password);
  }

  HttpConfig withPolicy(Path file) {
    return new HttpConfig(host, port, users, Optional.of(file), pages, keystore, password);
  }

  HttpConfig withPages(Path directory) {
    return new HttpConfig(host, port, users, policy, Optional.of(directory), keystore, password);
  }

  HttpConfig withKeystore(Path file) {
    return new HttpConfig(host, port, users, policy, pages, Optional.of(file), password);
  }

  HttpConfig withPassword(String newPassword) {
    return new HttpConfig(host, port, users, policy, pages, keystore, newPassword);
  }

  /** Returns what the endpoint is told. */
  HttpSettings settings() {
    Optional<HttpSettings.Tls> tls = keystore.map(file -> new HttpSettings.Tls(file, password));
    return new HttpSettings(host, port, users, tls, policy, pages);
  }

  /** Checks what can be checked without opening anything. */
  void check() {
    Limits.checkPort(port);
    if (host.isBlank()) {
      throw new IllegalArgumentException("http.host is empty; use an address or a host name");
    }
    if (keystore.isPresent() == password.isEmpty()) {
      throw new IllegalArgumentException(
          "http.tls.keystore and http.tls.password need each other; set both or none");
    }
  }

  /** Shows everything but the password. */
  @Override
  public String toString() {
    return host + ":" + port + (keystore.isPresent() ? " with TLS" : "");
  }
}
