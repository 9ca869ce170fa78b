package io.sharedcounter.http;

import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.util.Map;
import org.jolokia.json.JSONObject;
import org.jolokia.server.core.http.HttpRequestHandler;
import org.jolokia.server.core.request.BadRequestException;
import org.jolokia.server.core.request.EmptyResponseException;
import org.jolokia.server.core.request.JolokiaRequest;
import org.jolokia.server.core.service.api.JolokiaContext;

/**
 * Runs what one HTTP request asks for, with Jolokia's own handler, and writes the answer. Confined
 * to the request's thread.
 *
 * <p>Jolokia's handler shares options between the requests that it handles at the same time, and
 * one answer could be written with the options of another. So each HTTP request has a handler of
 * its own, which is a small object.
 */
final class Execution extends HttpRequestHandler {
  /** When the answer of a bulk has become as large as this, what is left of it is not run. */
  static final int MOST_BYTES = 8 << 20;

  private final String type;
  private final String address;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

  /**
   * Creates an execution.
   *
   * @param type the content type of the answer
   * @param address where the request comes from
   */
  Execution(JolokiaContext context, String type, String address) {
    super(context);
    this.type = type;
    this.address = address;
  }

  /** Runs the requests one by one and returns the answer to all. */
  Answer run(CheckedRequests checked) throws IOException {
    Writer out = new BufferedWriter(new OutputStreamWriter(bytes, Answer.UTF_8), 512);
    try {
      write(checked, out);
    } catch (Refusal refusal) {
      return refusal.answer();
    }
    out.flush();
    return new Answer(200, type, bytes.toByteArray(), Map.of());
  }

  private void write(CheckedRequests checked, Writer out) throws Refusal, IOException {
    try {
      checkAccess("http", null, address, null);
    } catch (SecurityException e) {
      JsonText.write(handleThrowable(e), out);
      return;
    }
    if (!checked.isBulk()) {
      JsonText.write(runAlone(checked.requests().get(0)), out);
      return;
    }
    char separator = '[';
    for (JolokiaRequest request : checked.requests()) {
      out.write(separator);
      JsonText.write(runOfMany(request), out);
      separator = ',';
    }
    out.write(separator == '[' ? "[]" : "]");
  }

  private JSONObject runAlone(JolokiaRequest request) throws Refusal {
    try {
      return executeRequest(request);
    } catch (BadRequestException e) {
      throw Refusal.badRequest("Bad request: " + Texts.shortened(String.valueOf(e.getMessage())));
    } catch (EmptyResponseException e) {
      throw new IllegalStateException("there are no requests without an answer here", e);
    }
  }

  // What failed is answered in its place: the elements before it have run, and their answers count.
  private JSONObject runOfMany(JolokiaRequest request) {
    if (bytes.size() >= MOST_BYTES) {
      String text = "Limit: the answer of the bulk is full; this was not run, send it apart";
      return getErrorJSON(500, new IllegalStateException(text), request);
    }
    try {
      return runAlone(request);
    } catch (Refusal e) {
      return getErrorJSON(400, new IllegalArgumentException(e.getMessage()), request);
    }
  }
}
