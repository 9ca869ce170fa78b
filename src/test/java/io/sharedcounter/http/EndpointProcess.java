package io.sharedcounter.http;

import static io.sharedcounter.http.Http.execJson;

import java.nio.charset.Charset;

/** A JVM of its own that starts an endpoint, calls it and ends without closing it. */
final class EndpointProcess {
  private EndpointProcess() {}

  public static void main(String[] arguments) throws Exception {
    try {
      JolokiaEndpoint endpoint = JolokiaEndpoint.start(HttpSettings.local("127.0.0.1", 0));
      FakeRegistry registry = new FakeRegistry();
      System.out.println("charset " + Charset.defaultCharset());
      new Http(endpoint.url()).post(execJson("increment", "ünï日本")).value();
      String name = registry.counters.keySet().iterator().next();
      System.out.println("counter is right: " + name.equals("ünï日本"));
      String refused = new Http(endpoint.url()).post(execJson("日本")).body();
      System.out.println("refusal is right: " + refused.contains("'日本'"));
    } catch (IllegalStateException e) {
      System.out.println(e.getMessage());
    }
  }
}
