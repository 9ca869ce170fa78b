package io.sharedcounter.http;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.jolokia.json.parser.ParseException;
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
import org.jolokia.server.core.util.MimeTypeUtil;
import org.jolokia.server.core.util.SubjectAccess;
import org.jolokia.server.core.util.SubjectAccessProvider;

/**
 * Jolokia itself: parses requests with its own parsers, has them checked, and runs what was
 * checked. Thread-safe.
 */
final class Jolokia implements AutoCloseable {
  // A request in JSON takes some 25 times its size while it runs: this many bytes of bodies at
  // once, a small one counted as 16 KiB.
  private static final int ROOM = 4 << 20;
  private static final int LEAST_SHARE = 1 << 14;

  private final AccessRules rules;
  private final RequestCheck check;
  private final JolokiaServiceManager services;
  private final JolokiaContext context;
  private final HttpRequestHandler parameterParser;
  private final SubjectAccess subjects = SubjectAccessProvider.getSubjectAccess();
  private final Semaphore room = new Semaphore(ROOM, true);
  private final LargeAnswers largeAnswers = new LargeAnswers(Duration.ofSeconds(20));

  Jolokia(AccessRules rules) {
    this.rules = rules;
    this.check = new RequestCheck(rules);
    Map<String, String> configuration =
        Map.of(
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
    context = services.start();
    parameterParser = new HttpRequestHandler(context);
  }

  /** Refuses with 403 what the policy refuses by its HTTP method. */
  void checkMethod(HttpMethod method) throws Refusal {
    if (!rules.isHttpMethodAllowed(method)) {
      throw new Refusal(403, "Forbidden: the policy does not allow " + method);
    }
  }

  /**
   * Answers the request that a path says.
   *
   * @param elements the unescaped path behind Jolokia's own
   * @param byBrowser whether a browser sends it: a page may embed any URL, so it changes nothing
   */
  Answer get(
      String elements,
      Parameters parameters,
      boolean byBrowser,
      InetSocketAddress from,
      Caller caller)
      throws Refusal, IOException {
    takeRoom(LEAST_SHARE);
    try {
      return run(parseGet(elements, parameters, byBrowser), parameters, from, caller);
    } finally {
      room.release(LEAST_SHARE);
    }
  }

  /** Answers what a body asks for: one request, or several, of which each must fit. */
  Answer post(byte[] body, Parameters parameters, InetSocketAddress from, Caller caller)
      throws Refusal, IOException {
    int share = Math.max(LEAST_SHARE, body.length);
    takeRoom(share);
    try {
      return run(parsePost(body, parameters), parameters, from, caller);
    } finally {
      room.release(share);
    }
  }

  private void takeRoom(int share) throws IOException {
    try {
      room.acquire(share);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the server is closed", e);
    }
  }

  private CheckedRequests parseGet(String elements, Parameters parameters, boolean byBrowser)
      throws Refusal {
    try {
      ProcessingParameters processing = processing(parameters);
      JSONObject request =
          GetPath.toPost(JolokiaRequestFactory.createGetRequest(elements, processing), elements);
      if (byBrowser
          && ("exec".equals(request.get("type")) || "write".equals(request.get("type")))) {
        throw new Refusal(403, "Forbidden: operations by GET from a browser; send them by POST");
      }
      JolokiaRequest parsed = JolokiaRequestFactory.createPostRequest(request, processing);
      check.check(parsed, true);
      return new CheckedRequests(List.of(parsed), false);
    } catch (BadRequestException | RuntimeException e) {
      throw unreadable(e);
    }
  }

  private CheckedRequests parsePost(byte[] body, Parameters parameters) throws Refusal {
    try {
      String text = Texts.utf8(body);
      StrictJson.check(text);
      Object json = new JSONParser().parse(new StringReader(text));
      ProcessingParameters processing = processing(parameters);
      if (json instanceof JSONObject single) {
        return new CheckedRequests(List.of(checked(single, processing)), false);
      }
      if (!(json instanceof JSONArray bulk)) {
        throw Refusal.badRequest("Bad request: neither a JSON object nor an array");
      }
      List<JolokiaRequest> requests = new ArrayList<>(bulk.size());
      for (Object element : bulk) {
        if (!(element instanceof JSONObject request)) {
          throw Refusal.badRequest("Bad request: an element of the bulk is not a JSON object");
        }
        requests.add(checked(request, processing));
      }
      return new CheckedRequests(requests, true);
    } catch (ParseException e) {
      throw Refusal.badRequest("Bad request: not JSON");
    } catch (IOException | BadRequestException | RuntimeException e) {
      throw unreadable(e);
    }
  }

  private JolokiaRequest checked(JSONObject request, ProcessingParameters processing)
      throws Refusal, BadRequestException {
    Parameters.cleanse(request);
    JolokiaRequest parsed = JolokiaRequestFactory.createPostRequest(request, processing);
    check.check(parsed, false);
    return parsed;
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

  private Answer run(
      CheckedRequests checked, Parameters parameters, InetSocketAddress from, Caller caller)
      throws Refusal, IOException {
    if (!LargeAnswers.areAskedFor(checked)) {
      return runNow(checked, parameters, from, caller);
    }
    largeAnswers.begin();
    boolean isAnswered = false;
    try {
      Answer answer = runNow(checked, parameters, from, caller).whenSent(largeAnswers::end);
      isAnswered = true;
      return answer;
    } finally {
      if (!isAnswered) {
        largeAnswers.end();
      }
    }
  }

  private Answer runNow(
      CheckedRequests checked, Parameters parameters, InetSocketAddress from, Caller caller)
      throws IOException {
    String type =
        MimeTypeUtil.getResponseMimeType(
            parameters.first(ConfigKey.MIME_TYPE.getKeyValue()),
            context.getConfig(ConfigKey.MIME_TYPE),
            null);
    Execution execution =
        new Execution(context, type + "; charset=utf-8", from.getAddress().getHostAddress());
    try {
      return subjects.callAs(
          caller.subject(), () -> rules.runAs(caller, () -> execution.run(checked)));
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Jolokia failed", e);
    }
  }

  /** Ends Jolokia and unregisters its MBeans. */
  @Override
  public void close() {
    services.stop();
  }
}
