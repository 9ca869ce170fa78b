package io.sharedcounter.http;

import java.util.ArrayList;
import java.util.List;

/** The jars that the endpoint needs and an application may have left out. Immutable. */
final class JolokiaJars {
  private record Jar(String name, String className) {}

  private static final List<Jar> NEEDED =
      List.of(
          new Jar("jolokia-core", "org.jolokia.core.api.LogHandler"),
          new Jar("jolokia-json", "org.jolokia.json.JSONObject"),
          new Jar(
              "jolokia-server-core",
              "org.jolokia.server.core.service.JolokiaServiceManagerFactory"),
          new Jar("jolokia-service-jmx", "org.jolokia.service.jmx.LocalRequestHandler"),
          new Jar(
              "jolokia-service-serializer", "org.jolokia.service.serializer.JolokiaSerializer"));

  private JolokiaJars() {}

  /**
   * Checks that they are there.
   *
   * @throws IllegalStateException if not; the message names those that are missing
   */
  static void require() {
    List<String> missing = new ArrayList<>();
    for (Jar jar : NEEDED) {
      try {
        Class.forName(jar.className, false, JolokiaJars.class.getClassLoader());
      } catch (ClassNotFoundException | LinkageError e) {
        missing.add("org.jolokia:" + jar.name);
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "http: not on the class path: "
              + String.join(", ", missing)
              + "; add them in version 2.6.0 or switch HTTP off");
    }
  }
}
