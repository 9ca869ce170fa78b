package io.sharedcounter.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.testing.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** The server on the IPv6 loopback; on a machine that has none, that it says so. */
final class Ipv6IT {
  private static final String INSTANCE = "io.sharedcounter:type=SharedCounters";

  @TempDir Path directory;

  @Test
  void hostOfTheFileMayBeTheIpv6Loopback(TestReporter reporter) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("v6.properties"), "http.host = ::1\nhttp.port = 0\nnamespace.x =\n");
    boolean hasIpv6 = canBind();
    reporter.publishEntry("this machine has the address ::1", Boolean.toString(hasIpv6));
    try (JavaProcess server = JavaProcess.startServer("--config", file.toString())) {
      if (hasIpv6) {
        assertServes(server);
      } else {
        assertEquals(2, server.exitCode());
        String last = server.err().get(server.err().size() - 1);
        assertTrue(last.startsWith("sharedcounter-server: http: cannot listen on "), last);
      }
    }
  }

  /** Returns the address {@code ::1}, whatever hosts and resolvers say. */
  private static InetAddress loopback() throws IOException {
    byte[] address = new byte[16];
    address[15] = 1;
    return InetAddress.getByAddress(address);
  }

  private static boolean canBind() {
    try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static void assertServes(JavaProcess server) throws Exception {
    URI url = URI.create(server.awaitOut("Jolokia"));
    String curl = server.awaitOut("Try");
    int port = url.getPort();
    String host = "[::1]:" + port;
    assertEquals("http://" + host + "/jolokia", url.toString());
    assertTrue(curl.contains("'" + url + "/exec/"), curl);

    Process shell = new ProcessBuilder("sh", "-c", curl).start();
    String counted = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(shell.waitFor(20, TimeUnit.SECONDS));
    assertTrue(counted.contains("\"value\":1,"), counted);

    String read = "/jolokia/read/" + INSTANCE + "/JolokiaUrl";
    assertTrue(get(port, read, host).contains("\"value\":\"" + url + "\""), get(port, read, host));
    for (String own : List.of(host, "[::1]", "[0:0:0:0:0:0:0:1]", "localhost:" + port)) {
      assertTrue(get(port, read, own).startsWith("HTTP/1.1 200 "), own);
      assertTrue(get(port, read, own, "Origin: http://" + own).startsWith("HTTP/1.1 200 "), own);
    }
    for (String other :
        List.of("[::2]:" + port, "::1", "[::1", "[::1]evil.example", "[::ffff:1]")) {
      assertTrue(get(port, read, other).startsWith("HTTP/1.1 421 "), other);
    }
    String foreign = get(port, read, host, "Origin: http://[::2]:" + port);
    assertTrue(foreign.startsWith("HTTP/1.1 403 "), foreign);
  }

  private static String get(int port, String path, String host, String... headers)
      throws IOException {
    try (Socket socket = new Socket(loopback(), port)) {
      socket.setSoTimeout(20_000);
      String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
      String head = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + more;
      socket
          .getOutputStream()
          .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
