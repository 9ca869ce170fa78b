package io.sharedcounter.http;

import io.sharedcounter.http.JolokiaRequests.LongFormat;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The running HTTP server that answers Jolokia requests: at {@code /jolokia} with longs as JSON
 * numbers, at {@code /jolokia-text} with longs as JSON strings. Thread-safe.
 */
public final class JolokiaEndpoint implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(JolokiaEndpoint.class.getName());
  private static final String PATH = "/jolokia";
  private static final String TEXT_PATH = "/jolokia-text";

  private final URI url;
  private final Listener listener;
  private final Jolokia jolokia;
  private final AtomicBoolean closed = new AtomicBoolean();

  private JolokiaEndpoint(URI url, Listener listener, Jolokia jolokia) {
    this.url = url;
    this.listener = listener;
    this.jolokia = jolokia;
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
    JolokiaJars.require();
    InetAddress address = address(settings);
    Optional<Users> users = settings.users().map(Users::read);
    Optional<Certificate> certificate = settings.tls().map(Certificate::read);
    Pages pages = new Pages(settings.pages());
    AccessRules rules = new AccessRules(Policy.read(settings.policy()));

    Listener listener = Listener.bind(address, settings.port(), certificate);
    try {
      Jolokia jolokia = new Jolokia(rules);
      String scheme = certificate.isPresent() ? "https" : "http";
      BrowserRules browserRules =
          new BrowserRules(
              OwnNames.of(
                  settings.host(), address, certificate.map(Certificate::names).orElse(Set.of())),
              scheme);
      Login login = new Login(users, new FailedLogins(System::nanoTime));
      listener.serve("/", new Gate(browserRules, login, pages));
      for (LongFormat longs : LongFormat.values()) {
        String path = longs == LongFormat.NUMBER ? PATH : TEXT_PATH;
        listener.serve(
            path,
            new Gate(browserRules, login, new JolokiaRequests(path, longs, browserRules, jolokia)));
      }
      listener.start();
      URI url = url(scheme, settings.host(), listener.address().getPort());
      LOG.log(Level.INFO, "[http] Jolokia answers at " + url);
      return new JolokiaEndpoint(url, listener, jolokia);
    } catch (RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  private static InetAddress address(HttpSettings settings) {
    InetAddress address;
    try {
      address = InetAddress.getByName(settings.host());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("http.host: '" + settings.host() + "' is not known");
    }
    if (!address.isLoopbackAddress() && (settings.users().isEmpty() || settings.tls().isEmpty())) {
      throw new IllegalArgumentException(
          "http.host: "
              + settings.host()
              + " can be reached from other machines; set http.users and http.tls.keystore too, or"
              + " http.host = 127.0.0.1");
    }
    return address;
  }

  private static URI url(String scheme, String host, int port) {
    boolean bare = host.indexOf(':') >= 0 && !host.startsWith("[");
    return URI.create(scheme + "://" + (bare ? "[" + host + "]" : host) + ":" + port + PATH);
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
  public void close() {
    if (closed.compareAndSet(false, true)) {
      listener.close();
      jolokia.close();
    }
  }
}
