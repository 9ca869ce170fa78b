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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Redis with one replica, each with its append-only file, and callers that wait until the replica
 * has acknowledged: INCR and WAIT 1, which still loses them in a failover. Thread-safe.
 */
final class RedisPair implements AutoCloseable {
  private final List<Process> processes = new ArrayList<>();
  private final int port;

  RedisPair(Path directory) throws Exception {
    port = freePort();
    int second = freePort();
    try {
      start(Files.createDirectories(directory.resolve("first")), port, List.of());
      start(
          Files.createDirectories(directory.resolve("second")),
          second,
          List.of("--replicaof", "127.0.0.1", Integer.toString(port)));
      awaitReplica();
    } catch (IOException | InterruptedException e) {
      close();
      throw e;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private void start(Path directory, int at, List<String> more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "redis-server", "--bind", "127.0.0.1", "--port", Integer.toString(at), "--dir"));
    command.add(directory.toAbsolutePath().toString());
    command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always", "--save", ""));
    command.addAll(more);
    processes.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start());
  }

  private void awaitReplica() throws IOException, InterruptedException {
    for (int i = 0; i < 200; i++) {
      try (Caller caller = new Caller()) {
        caller.accept(0);
        return;
      } catch (IOException | UncheckedIOException e) {
        Thread.sleep(100);
      }
    }
    throw new IOException("the replica of Redis does not follow");
  }

  Caller caller() throws IOException {
    return new Caller();
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : processes) {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  /** One caller's connection. Confined to one thread. */
  final class Caller implements IntConsumer, AutoCloseable {
    private static final String WAIT = "*3\r\n$4\r\nWAIT\r\n$1\r\n1\r\n$4\r\n1000\r\n";
    private final Socket socket = new Socket();
    private final OutputStream out;
    private final InputStream in;

    private Caller() throws IOException {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
      out = socket.getOutputStream();
      in = socket.getInputStream();
    }

    @Override
    public void accept(int counter) {
      String name = Growth.name(counter);
      String incr = "*2\r\n$4\r\nINCR\r\n$" + name.length() + "\r\n" + name + "\r\n";
      try {
        out.write((incr + WAIT).getBytes(StandardCharsets.US_ASCII));
        String value = line();
        String replicas = line();
        if (!value.startsWith(":") || !replicas.equals(":1")) {
          throw new IOException(value + " " + replicas);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c; (c = in.read()) != '\n'; ) {
        if (c < 0) {
          throw new IOException("Redis closed the connection");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
