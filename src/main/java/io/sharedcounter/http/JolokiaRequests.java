package io.sharedcounter.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jolokia.server.core.util.HttpMethod;

/**
 * Answers the requests under one of Jolokia's paths: by GET what the path says, by POST the JSON of
 * the body. Thread-safe.
 */
final class JolokiaRequests implements Answer.Source {
  private static final int MOST_BYTES = 1 << 20;
  private static final Pattern JSON =
      Pattern.compile("application/json\\s*(;\\s*charset\\s*=\\s*\"?utf-?8\"?\\s*)?;?");

  private final String path;
  private final BrowserRules browserRules;
  private final Jolokia jolokia;
  private final LongFormat longs;

  /** How longs are written: numbers are exact in JSON, but not in JavaScript past 2^53. */
  enum LongFormat {
    NUMBER,
    STRING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  JolokiaRequests(String path, LongFormat longs, BrowserRules browserRules, Jolokia jolokia) {
    this.path = path;
    this.browserRules = browserRules;
    this.jolokia = jolokia;
    this.longs = longs;
  }

  @Override
  public Answer answer(HttpExchange exchange, Caller caller) throws Refusal, IOException {
    Headers headers = exchange.getRequestHeaders();
    browserRules.checkOrigin(headers);
    String rawPath = exchange.getRequestURI().getRawPath();
    // The JDK's server matches any path that starts like ours.
    if (!rawPath.equals(path) && !rawPath.startsWith(path + "/")) {
      throw new Refusal(404, "Not found");
    }
    Parameters parameters = Parameters.of(exchange.getRequestURI().getRawQuery(), longs);
    return switch (exchange.getRequestMethod()) {
      case "GET" -> {
        jolokia.checkMethod(HttpMethod.GET);
        String elements = Texts.unescaped(rawPath.substring(path.length()));
        RequestThreads.works();
        boolean byBrowser = BrowserRules.isByBrowser(headers);
        yield jolokia.get(elements, parameters, byBrowser, exchange.getRemoteAddress(), caller);
      }
      case "POST" -> {
        jolokia.checkMethod(HttpMethod.POST);
        byte[] body = body(exchange);
        RequestThreads.works();
        yield jolokia.post(body, parameters, exchange.getRemoteAddress(), caller);
      }
      default ->
          throw new Refusal(
              405, "Method not allowed: use POST or GET", Map.of("Allow", "GET, POST"));
    };
  }

  private static byte[] body(HttpExchange exchange) throws Refusal, IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !JSON.matcher(type.strip().toLowerCase(Locale.ROOT)).matches()) {
      throw new Refusal(415, "Unsupported media type: send application/json in UTF-8");
    }
    long length = MOST_BYTES;
    try {
      String said = exchange.getRequestHeaders().getFirst("Content-Length");
      if (said != null) {
        length = Long.parseUnsignedLong(said);
      }
    } catch (NumberFormatException e) {
      throw Refusal.badRequest("Bad request: no Content-Length");
    }
    InputStream in = exchange.getRequestBody();
    if (length < 0 || length > MOST_BYTES) {
      throw tooLarge(in);
    }
    // One byte more than there may be, to see whether there are.
    byte[] body = in.readNBytes((int) length + 1);
    if (body.length > MOST_BYTES) {
      throw tooLarge(in);
    }
    return body;
  }

  /** Reads on for a while: who is cut off while still sending seldom gets to see the answer. */
  private static Refusal tooLarge(InputStream rest) throws IOException {
    byte[] dropped = new byte[MOST_BYTES / 16];
    int pieces = 0;
    while (pieces < 128 && rest.readNBytes(dropped, 0, dropped.length) == dropped.length) {
      pieces++;
    }
    return new Refusal(
        413,
        "Content too large: more than "
            + MOST_BYTES
            + " bytes; a larger document is for the command import",
        Map.of("Connection", "close"));
  }
}
