import com.sun.net.httpserver.HttpServer;
import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import io.sharedcounter.core.Counter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Counts the requests of its own HTTP server; Jolokia listens on a port of its own. */
public class Application {
  public static void main(String[] args) throws Exception {
    SharedCountersConfig config = SharedCountersConfig.builder().httpPort(0).build();
    try (SharedCounters counters = SharedCounters.open(config)) {
      Counter hits = counters.namespace("web").counter("hits");
      HttpServer server = serve(hits);
      try {
        URI page = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        for (int i = 0; i < 3; i++) {
          System.out.print(fetch(page));
        }
      } finally {
        server.stop(0);
      }
    }
  }

  private static HttpServer serve(Counter hits) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = ("visitor " + hits.increment() + "\n").getBytes();
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String fetch(URI page) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
        .body();
  }
}
