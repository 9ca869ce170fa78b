package io.sharedcounter.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.jolokia.json.parser.ParseException;
import org.jolokia.jvmagent.handler.JolokiaHttpHandler;
import org.jolokia.server.core.config.ConfigKey;
import org.jolokia.server.core.config.StaticConfiguration;
import org.jolokia.server.core.config.SystemPropertyMode;
import org.jolokia.server.core.http.HttpRequestHandler;
import org.jolokia.server.core.request.BadRequestException;
import org.jolokia.server.core.request.JolokiaRequest;
import org.jolokia.server.core.request.JolokiaRequestFactory;
import org.jolokia.server.core.request.ProcessingParameters;
import org.jolokia.server.core.service.JolokiaServiceManagerFactory;
import org.jolokia.server.core.service.api.JolokiaContext;
import org.jolokia.server.core.service.api.JolokiaServiceManager;
import org.jolokia.server.core.service.impl.ClasspathServiceCreator;
import org.jolokia.server.core.util.HttpMethod;

/**
 * Jolokia itself: parses requests with its own parsers, has them checked, and runs them.
 * Thread-safe.
 *
 * <p>Its handler shares formats and options between the requests that it handles at the same time,
 * and one answer could be written with the options of another. So there are several handlers, and
 * each is lent to one thread at a time; their number bounds how many requests run at once.
 */
final class Jolokia implements AutoCloseable {
  private static final String PATH = "/jolokia";
  private static final int HANDLERS = 16;

  private final AccessRules rules;
  private final RequestCheck check;
  private final JolokiaServiceManager services;
  private final HttpRequestHandler parameterParser;
  private final BlockingQueue<JolokiaHttpHandler> idle = new ArrayBlockingQueue<>(HANDLERS);

  Jolokia(AccessRules rules) {
    this.rules = rules;
    this.check = new RequestCheck(rules);
    Map<String, String> configuration =
        Map.of(
            ConfigKey.AGENT_CONTEXT.getKeyValue(), PATH,
            // Names Jolokia's own MBeans; two endpoints may live in one JVM.
            ConfigKey.AGENT_ID.getKeyValue(), "sharedcounter-" + UUID.randomUUID(),
            ConfigKey.ALLOW_ERROR_DETAILS.getKeyValue(), "false",
            ConfigKey.DISABLE_DETECTORS.getKeyValue(), "true",
            ConfigKey.DISCOVERY_ENABLED.getKeyValue(), "false");
    services =
        JolokiaServiceManagerFactory.createJolokiaServiceManager(
            new StaticConfiguration(configuration, null, SystemPropertyMode.NEVER),
            new JolokiaLog(),
            rules);
    services.addServices(new ClasspathServiceCreator(Jolokia.class.getClassLoader(), "services"));
    JolokiaContext context = services.start();
    parameterParser = new HttpRequestHandler(context);
    for (int i = 0; i < HANDLERS; i++) {
      idle.add(new JolokiaHttpHandler(context));
    }
  }

  /** Refuses with 403 what the policy refuses by its HTTP method. */
  void checkMethod(HttpMethod method) throws Refusal {
    if (!rules.isHttpMethodAllowed(method)) {
      throw new Refusal(403, "Forbidden: the policy does not allow " + method);
    }
  }

  /**
   * Parses and checks the request that a path says.
   *
   * @param elements the unescaped path behind Jolokia's own
   * @param byBrowser whether a browser sends it: a page may embed any URL, so it changes nothing
   */
  byte[] parseGet(String elements, Parameters parameters, boolean byBrowser) throws Refusal {
    try {
      JSONObject request =
          GetPath.toPost(
              JolokiaRequestFactory.createGetRequest(elements, processing(parameters)), elements);
      if (byBrowser
          && ("exec".equals(request.get("type")) || "write".equals(request.get("type")))) {
        throw new Refusal(403, "Forbidden: operations by GET from a browser; send them by POST");
      }
      check.check(JolokiaRequestFactory.createPostRequest(request, processing(parameters)), true);
      return request.toJSONString().getBytes(Answer.UTF_8);
    } catch (BadRequestException | RuntimeException e) {
      throw unreadable(e);
    }
  }

  /** Parses and checks a body: one request, or several, of which each must fit. */
  byte[] parsePost(byte[] body, Parameters parameters) throws Refusal {
    try {
      Object json = new JSONParser().parse(new StringReader(Texts.utf8(body)));
      List<JSONObject> requests = new ArrayList<>();
      if (json instanceof JSONObject single) {
        requests.add(single);
      } else if (json instanceof JSONArray bulk) {
        for (Object element : bulk) {
          if (!(element instanceof JSONObject request)) {
            throw Refusal.badRequest("Bad request: an element of the bulk is not a JSON object");
          }
          requests.add(request);
        }
      } else {
        throw Refusal.badRequest("Bad request: neither a JSON object nor an array");
      }
      boolean changed = false;
      for (JSONObject request : requests) {
        changed |= Parameters.cleanse(request);
        JolokiaRequest parsed =
            JolokiaRequestFactory.createPostRequest(request, processing(parameters));
        check.check(parsed, false);
      }
      return changed ? json.toString().getBytes(Answer.UTF_8) : body;
    } catch (ParseException e) {
      throw Refusal.badRequest("Bad request: not JSON");
    } catch (IOException | BadRequestException | RuntimeException e) {
      throw unreadable(e);
    }
  }

  private ProcessingParameters processing(Parameters parameters) throws BadRequestException {
    return parameterParser.getProcessingParameter(parameters.byName());
  }

  private static Refusal unreadable(Exception e) {
    // Jolokia casts without looking; what such an exception says is of no use to the sender.
    boolean says = e instanceof BadRequestException || e instanceof IllegalArgumentException;
    return Refusal.badRequest(
        says && e.getMessage() != null
            ? "Bad request: " + Texts.shortened(e.getMessage())
            : "Bad request: a part of the request has the wrong JSON type");
  }

  /** Runs a checked request as the caller and returns what Jolokia answers. */
  Answer run(byte[] request, Parameters parameters, HttpExchange from, Caller caller)
      throws IOException {
    URI uri = URI.create(PATH + "?" + parameters.query());
    MemoryExchange exchange =
        new MemoryExchange(uri, request, from.getRemoteAddress(), caller.subject());
    JolokiaHttpHandler handler;
    try {
      handler = idle.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the server is closed", e);
    }
    try {
      rules.runAs(caller, () -> handler.handle(exchange));
    } finally {
      idle.add(handler);
    }
    return exchange.answer();
  }

  /** Ends Jolokia and unregisters its MBeans. */
  @Override
  public void close() {
    services.stop();
  }
}
