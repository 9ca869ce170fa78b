package io.sharedcounter.http;

import static io.sharedcounter.http.Http.execJson;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many clients at once, each of whom must get its own answer in its own form. */
class ConcurrentRequestsIT {
  private static final int CLIENTS = 16;
  private static final int REQUESTS = 1_000;

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
    boolean text = client % 2 == 0;
    Http http = new Http(endpoint.url());
    try (Socket socket = http.open()) {
      OutputStream out = socket.getOutputStream();
      for (int i = 1; i <= REQUESTS; i++) {
        String body =
            "["
                + execJson("increment", "shared")
                + ","
                + execJson("increment", "of" + client)
                + "]";
        String head = "POST " + (text ? "/jolokia-text" : "/jolokia") + " HTTP/1.1\r\n";
        head += "Host: localhost\r\nContent-Type: application/json\r\n";
        head += "Content-Length: " + body.length() + "\r\n\r\n";
        out.write((head + body).getBytes(Answer.UTF_8));
        Http.Response answer = Http.read(socket.getInputStream());
        List<?> both = (List<?>) new org.jolokia.json.parser.JSONParser().parse(answer.body());
        Object value = ((java.util.Map<?, ?>) both.get(1)).get("value");
        assertEquals(text ? (Object) Integer.toString(i) : (Object) (long) i, value);
        Class<?> type = text ? String.class : Long.class;
        assertEquals(type, ((java.util.Map<?, ?>) both.get(0)).get("value").getClass());
      }
    }
    return null;
  }
}
