package io.sharedcounter.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A keep-alive connection that costs as little as a client can: it sends prepared bytes and looks
 * at the answer no further than to find its end. Confined to one thread.
 */
final class LightClient implements AutoCloseable {
  private final Socket socket;
  private final OutputStream out;
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int start;
  private int end;

  LightClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(60_000);
    out = socket.getOutputStream();
    in = socket.getInputStream();
  }

  /** Returns a whole POST request with its body. */
  static byte[] post(String path, String headers, String body) {
    byte[] bytes = body.getBytes(UTF_8);
    String head =
        "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    head += headers + "Content-Length: " + bytes.length + "\r\n\r\n";
    byte[] request = new byte[head.length() + bytes.length];
    System.arraycopy(head.getBytes(ISO_8859_1), 0, request, 0, head.length());
    System.arraycopy(bytes, 0, request, head.length(), bytes.length);
    return request;
  }

  /**
   * Sends one request and reads its answer.
   *
   * @return how many bytes the body of the answer has
   * @throws IllegalStateException if the answer is not a success, by its head or its first bytes
   */
  long call(byte[] request) throws IOException {
    out.write(request);
    String head = head();
    if (!head.startsWith("HTTP/1.1 200")) {
      throw new IllegalStateException("refused: " + head + rest());
    }
    int at = head.indexOf("ontent-length: ");
    if (at < 0) {
      return chunks();
    }
    long length = Long.parseLong(head.substring(at + 15, head.indexOf('\r', at)));
    skip(length, true);
    return length;
  }

  private long chunks() throws IOException {
    long total = 0;
    while (true) {
      int length = Integer.parseInt(line(), 16);
      skip(length, total == 0);
      line();
      if (length == 0) {
        return total;
      }
      total += length;
    }
  }

  private void skip(long length, boolean isBeginning) throws IOException {
    for (long left = length; left > 0; ) {
      fill();
      int some = (int) Math.min(left, end - start);
      if (isBeginning && left == length) {
        check(some);
      }
      start += some;
      left -= some;
    }
  }

  // Jolokia answers failures by HTTP 200 too; a benchmark of failures would be a fast one.
  private void check(int length) {
    String seen = new String(buffer, start, Math.min(length, 500), ISO_8859_1);
    if (seen.contains("\"error")) {
      throw new IllegalStateException("failed: " + seen);
    }
  }

  private String head() throws IOException {
    StringBuilder head = new StringBuilder();
    for (String line = line(); !line.isEmpty(); line = line()) {
      head.append(line).append("\r\n");
    }
    return head.toString();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      fill();
      for (int i = start; i < end; i++) {
        if (buffer[i] == '\n') {
          line.append(new String(buffer, start, i - start, ISO_8859_1));
          start = i + 1;
          line.setLength(Math.max(0, line.length() - 1));
          return line.toString();
        }
      }
      line.append(new String(buffer, start, end - start, ISO_8859_1));
      start = end;
    }
  }

  private String rest() {
    return new String(buffer, start, end - start, ISO_8859_1);
  }

  private void fill() throws IOException {
    if (start == end) {
      start = 0;
      end = in.read(buffer);
      if (end < 0) {
        end = 0;
        throw new EOFException("the server closed the connection");
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
