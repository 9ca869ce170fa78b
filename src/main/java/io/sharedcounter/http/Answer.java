package io.sharedcounter.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A whole HTTP response, built before its first byte is sent. Confined to the request's thread.
 *
 * @param status the HTTP status
 * @param type the content type
 * @param body the bytes of the body
 * @param headers further headers
 * @param whenSent runs once the answer is sent, or cannot be
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(
    int status, String type, byte[] body, Map<String, String> headers, Runnable whenSent) {
  static final Charset UTF_8 = StandardCharsets.UTF_8;
  private static final int PIECE = 1 << 16;
  static final String TEXT = "text/plain; charset=utf-8";

  Answer(int status, String type, byte[] body, Map<String, String> headers) {
    this(status, type, body, headers, () -> {});
  }

  Answer whenSent(Runnable step) {
    return new Answer(status, type, body, headers, step);
  }

  /** What answers the requests under one path, once they have passed the {@link Gate}. */
  interface Source {
    Answer answer(HttpExchange exchange, Caller caller) throws Refusal, IOException;
  }

  void send(HttpExchange exchange) throws IOException {
    try {
      write(exchange);
    } finally {
      whenSent.run();
    }
  }

  private void write(HttpExchange exchange) throws IOException {
    Headers out = exchange.getResponseHeaders();
    headers.forEach(out::set);
    out.set("Content-Type", type);
    out.set("Cache-Control", "no-store");
    out.set("X-Content-Type-Options", "nosniff");
    if (exchange.getRequestMethod().equals("HEAD")) {
      out.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
    } else if (body.length == 0) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length);
      // The server's stream holds twice of what it is given at once.
      OutputStream stream = exchange.getResponseBody();
      for (int from = 0; from < body.length; from += PIECE) {
        stream.write(body, from, Math.min(PIECE, body.length - from));
      }
      // Only when all went well: closing it half written would leave the connection open for ever,
      // since the exchange then takes itself for closed.
      stream.close();
    }
  }
}
