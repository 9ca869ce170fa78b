package io.sharedcounter.http;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** The JDK's HTTP server on one port, none of whose threads keeps the JVM alive. Thread-safe. */
final class Listener implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Listener.class.getName());
  private static final String NO_DELAY = "sun.net.httpserver.nodelay";
  private static final int MOST_THREADS = 200;
  // Connections that wait for a thread. With the usual 50, each one more is told nothing and tries
  // again after seconds.
  private static final int MOST_WAITING = 1_024;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpServer server;
  private final RequestThreads threads;

  private Listener(HttpServer server, RequestThreads threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Binds the port; nothing is answered before {@link #start}.
   *
   * @throws IllegalStateException if the port cannot be bound
   */
  static Listener bind(InetAddress address, int port, Optional<Certificate> certificate) {
    sendWithoutDelay();
    InetSocketAddress at = new InetSocketAddress(address, port);
    try {
      HttpServer server;
      if (certificate.isPresent()) {
        HttpsServer https = HttpsServer.create(at, MOST_WAITING);
        https.setHttpsConfigurator(certificate.get().configurator());
        server = https;
      } else {
        server = HttpServer.create(at, MOST_WAITING);
      }
      RequestThreads threads = new RequestThreads(MOST_THREADS, PATIENCE);
      server.setExecutor(threads);
      return new Listener(server, threads);
    } catch (IOException e) {
      throw new IllegalStateException(
          "http: cannot listen on "
              + address.getHostAddress()
              + " port "
              + port
              + ": "
              + e.getMessage()
              + "; stop what uses it or set another http.port (0 takes a free one)");
    }
  }

  // The JDK's server sends head and body apart, and without this each answer waits 40 ms for the
  // peer's acknowledgement. It reads the property once in the life of the JVM.
  private static void sendWithoutDelay() {
    if (System.getProperty(NO_DELAY) != null) {
      return;
    }
    System.setProperty(NO_DELAY, "true");
    boolean tooLate =
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().startsWith("HTTP-Dispatcher"));
    if (tooLate) {
      LOG.log(
          Level.WARNING,
          "[http] answers may take 40 ms longer: another HTTP server was started in this JVM"
              + " before; set -D"
              + NO_DELAY
              + "=true");
    }
  }

  void serve(String path, HttpHandler handler) {
    server.createContext(path, handler);
  }

  /** Starts answering. */
  void start() {
    // The server's accepting thread is a daemon only if the thread that starts it is one.
    Thread starter = new Thread(server::start, "sharedcounter-http-start");
    starter.setDaemon(true);
    starter.start();
    boolean interrupted = false;
    while (starter.isAlive()) {
      try {
        starter.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  /** Stops listening, lets running requests end for a moment, and ends the threads. */
  @Override
  public void close() {
    server.stop(threads.isWorking() ? 1 : 0);
    threads.close();
  }
}
