package io.sharedcounter.http;

import java.util.Map;

/** Ends a request with an HTTP status and one line of text, nothing having run. Immutable. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient Map<String, String> headers;

  Refusal(int status, String line) {
    this(status, line, Map.of());
  }

  Refusal(int status, String line, Map<String, String> headers) {
    // Neither cause nor stack trace: a refusal is an answer, and refusing must stay cheap.
    super(line, null, false, false);
    this.status = status;
    this.headers = headers;
  }

  /** Returns the refusal of a request that does not fit. */
  static Refusal badRequest(String line) {
    return new Refusal(400, line);
  }

  int status() {
    return status;
  }

  Answer answer() {
    return new Answer(status, Answer.TEXT, (getMessage() + "\n").getBytes(Answer.UTF_8), headers);
  }
}
