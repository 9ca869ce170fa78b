package io.sharedcounter.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * The way in: lets a request pass to what answers it only if its Host is ours and its caller is
 * known, and sends the answer. Thread-safe.
 */
final class Gate implements HttpHandler {
  private static final System.Logger LOG = System.getLogger(Gate.class.getName());

  private final BrowserRules rules;
  private final Login login;
  private final Answer.Source source;

  Gate(BrowserRules rules, Login login, Answer.Source source) {
    this.rules = rules;
    this.login = login;
    this.source = source;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    boolean sent = false;
    try {
      Answer answer = answer(exchange);
      RequestThreads.waitsForPeer();
      answer.send(exchange);
      sent = true;
    } finally {
      if (!sent) {
        exchange.close();
      }
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    try {
      rules.checkHost(exchange.getRequestHeaders());
      String address = exchange.getRemoteAddress().getAddress().getHostAddress();
      Caller caller = login.caller(exchange.getRequestHeaders(), address);
      return source.answer(exchange, caller);
    } catch (Refusal refusal) {
      return refusal.answer();
    } catch (RuntimeException | StackOverflowError e) {
      LOG.log(Level.WARNING, "[http] a request failed", e);
      return new Refusal(500, "Internal error; see the log of the server").answer();
    }
  }
}
