package io.sharedcounter.http;

import static io.sharedcounter.http.Http.execJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers that send half of a request or read nothing, and operations that take long. */
class SlowPeersIT {
  private final List<Socket> slow = new ArrayList<>();
  private FakeRegistry registry;
  private JolokiaEndpoint endpoint;

  @BeforeEach
  void start() throws Exception {
    registry = new FakeRegistry();
    endpoint = JolokiaEndpoint.start(HttpSettings.local("127.0.0.1", 0));
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : slow) {
      socket.close();
    }
    registry.close();
    endpoint.close();
  }

  private void open(int sockets, String half) throws Exception {
    for (int i = 0; i < sockets; i++) {
      Socket socket = new Http(endpoint.url()).open();
      slow.add(socket);
      socket.getOutputStream().write(half.getBytes(Answer.UTF_8));
    }
  }

  private static final String HALF_HEAD = "POST /jolokia HTTP/1.1\r\nHost: local";
  private static final String HALF_BODY =
      "POST /jolokia HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
          + "Content-Length: 100\r\n\r\n{";

  @Test
  void halfSentRequestsDoNotHinderOthers() throws Exception {
    // More than there are threads.
    open(150, HALF_HEAD);
    open(150, HALF_BODY);
    long start = System.nanoTime();
    for (long i = 1; i <= 20; i++) {
      assertEquals(i, new Http(endpoint.url()).exec("increment", "a").value());
    }
    // Less than the patience with a peer that nobody else waits for.
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(9));
  }

  @Test
  void halfSentRequestIsCutOffWhenPatienceEnds() throws Exception {
    open(1, HALF_HEAD);
    open(1, HALF_BODY);
    for (Socket socket : slow) {
      // The socket's own time limit would make this fail instead.
      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @Test
  void longOperationIsNotCutOffAndHindersNobody() throws Exception {
    CompletableFuture<Http.Response> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new Http(endpoint.url()).exec("snapshot");
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    assertTrue(registry.entered.await(10, TimeUnit.SECONDS));
    open(300, HALF_BODY);
    assertEquals(1L, new Http(endpoint.url()).post(execJson("increment", "a")).value());
    registry.leave.countDown();
    assertEquals(200, waiting.get(10, TimeUnit.SECONDS).jsonStatus());
  }

  @Test
  void connectionsWaitWhileAllThreadsWork() throws Exception {
    String body = execJson("snapshot");
    String request =
        "POST /jolokia HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Connection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    // The operation waits: all threads are taken for good, and a hundred more requests come.
    open(200, request);
    assertTrue(registry.entered.await(20, TimeUnit.SECONDS));
    long start = System.nanoTime();
    open(100, request);
    // A connection for which there is no place is tried again after 1, 3 and 7 seconds.
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5));
    registry.leave.countDown();
    for (Socket socket : slow) {
      assertEquals(200, Http.read(socket.getInputStream()).status());
    }
  }

  @Test
  void closesWhileHalfARequestIsSent() throws Exception {
    open(5, HALF_BODY);
    long start = System.nanoTime();
    endpoint.close();
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5));
  }
}
