package io.sharedcounter.http;

import static io.sharedcounter.http.Http.execJson;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.Test;

/** Many clients at once, each of whom must get its own answer in its own form. */
class ConcurrentRequestsIT {
  private static final int CLIENTS = 4;
  private static final int REQUESTS = 50;
  // Long bulks: it is within them that requests which shared a handler would meet.
  private static final int BULK = 500;

  @Test
  void noAnswerIsWrittenInTheFormOfAnother() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try (FakeRegistry registry = new FakeRegistry();
        JolokiaEndpoint endpoint = JolokiaEndpoint.start(HttpSettings.local("127.0.0.1", 0))) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        running.add(clients.submit(() -> run(endpoint, client)));
      }
      for (Future<?> one : running) {
        one.get(60, TimeUnit.SECONDS);
      }
      assertEquals((long) CLIENTS * REQUESTS, registry.counters.get("shared"));
    } finally {
      clients.shutdownNow();
    }
  }

  private static Void run(JolokiaEndpoint endpoint, int client) throws Exception {
    boolean isText = client % 2 == 0;
    Class<?> form = isText ? String.class : Long.class;
    List<String> elements = new ArrayList<>(Collections.nCopies(BULK, execJson("peek", "shared")));
    elements.set(0, execJson("increment", "shared"));
    elements.set(1, execJson("increment", "of" + client));
    String body = "[" + String.join(",", elements) + "]";
    String path = (isText ? "/jolokia-text" : "/jolokia") + "?includeRequest=false";
    String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n";
    head += "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n";
    byte[] request = (head + body).getBytes(Answer.UTF_8);
    try (Socket socket = new Http(endpoint.url()).open()) {
      OutputStream out = socket.getOutputStream();
      for (int i = 1; i <= REQUESTS; i++) {
        out.write(request);
        Http.Response answer = Http.read(socket.getInputStream());
        List<?> all = (List<?>) new JSONParser().parse(answer.body());
        assertEquals(BULK, all.size());
        for (Object one : all) {
          assertEquals(form, ((Map<?, ?>) one).get("value").getClass());
        }
        Object own = ((Map<?, ?>) all.get(1)).get("value");
        assertEquals(isText ? (Object) Integer.toString(i) : (Object) (long) i, own);
      }
    }
    return null;
  }
}
