package io.sharedcounter.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Redis with its append-only file on, as the peer of namespaces that survive: a process of its own,
 * reached over the loopback interface. Thread-safe.
 */
final class RedisServer implements AutoCloseable {
  private final Process process;
  private final int port;

  private RedisServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts redis-server from the PATH and waits until it answers.
   *
   * @param appendfsync {@code always} or {@code everysec}
   * @throws IOException if there is none, or it does not answer
   */
  static RedisServer start(Path directory, String appendfsync) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> command =
        List.of(
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--dir",
            directory.toAbsolutePath().toString(),
            "--appendonly",
            "yes",
            "--appendfsync",
            appendfsync,
            // In its favour: no snapshots, no rewriting of the file while it is measured.
            "--save",
            "",
            "--auto-aof-rewrite-percentage",
            "0");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
    RedisServer server = new RedisServer(process, port);
    try {
      server.awaitAnswer();
    } catch (IOException | InterruptedException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    IOException last = new IOException("redis-server ended");
    for (int i = 0; i < 100 && process.isAlive(); i++) {
      try (Caller caller = new Caller(port, new String[] {"ping"})) {
        caller.accept(0);
        return;
      } catch (IOException e) {
        last = e;
        Thread.sleep(50);
      }
    }
    throw last;
  }

  /** Opens a connection for one caller, who increments those counters. */
  Caller caller(String[] names) throws IOException {
    return new Caller(port, names);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  /**
   * One caller's connection: sends one INCR and waits for its reply, two system calls. The requests
   * are ready bytes and nothing is parsed but the end of the line, so that the client costs as
   * little as one in Java can. Confined to one thread.
   */
  static final class Caller implements IntConsumer, AutoCloseable {
    private final Socket socket = new Socket();
    private final OutputStream out;
    private final InputStream in;
    private final byte[][] requests;
    private final byte[] reply = new byte[64];

    private Caller(int port, String[] names) throws IOException {
      requests = new byte[names.length][];
      for (int i = 0; i < names.length; i++) {
        String request = "*2\r\n$4\r\nINCR\r\n$" + names[i].length() + "\r\n" + names[i] + "\r\n";
        requests[i] = request.getBytes(StandardCharsets.US_ASCII);
      }
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
      out = socket.getOutputStream();
      in = socket.getInputStream();
    }

    @Override
    public void accept(int counter) {
      try {
        out.write(requests[counter]);
        int length = 0;
        do {
          int read = in.read(reply, length, reply.length - length);
          if (read < 0) {
            throw new IOException("Redis closed the connection");
          }
          length += read;
        } while (reply[length - 1] != '\n');
        if (reply[0] != ':') {
          throw new IOException(new String(reply, 0, length, StandardCharsets.US_ASCII));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
