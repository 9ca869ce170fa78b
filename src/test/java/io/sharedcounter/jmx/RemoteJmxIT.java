package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sharedcounter.testing.JavaHomes;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Clients in JVMs without our classes call everything, on each pair of Java versions. */
final class RemoteJmxIT {
  @TempDir Path directory;

  @TestFactory
  List<DynamicTest> everyOperationAndErrorReachesAClientWithoutOurClasses() throws Exception {
    Map<Integer, Path> homes = JavaHomes.homes();
    return homes.keySet().stream()
        .map(
            version ->
                DynamicTest.dynamicTest(
                    "server on Java " + version + ", clients on " + homes.keySet(),
                    () -> {
                      for (int client : homes.keySet()) {
                        check(homes, version, client);
                      }
                    }))
        .toList();
  }

  private void check(Map<Integer, Path> homes, int server, int client) throws Exception {
    try (JmxAgent agent = JmxAgent.start(homes.get(server), directory)) {
      String watched = run(homes.get(client), agent, "monitorRole");
      assertEquals(expected("monitor.txt"), watched);
      String steered = run(homes.get(client), agent, "controlRole");
      // From 20 on the agent takes no classes but those that it knows.
      String file =
          server >= 20
              ? "rejected by the filter"
              : "IllegalArgumentException: set: value must be a long, not a java.io.File";
      assertEquals(expected("control.txt").replace("<file>", file), steered);
    }
  }

  private static String run(Path home, JmxAgent agent, String role) throws Exception {
    List<String> arguments =
        List.of(
            "-cp",
            "/nowhere",
            resource("RemoteClient.java").toString(),
            agent.address(),
            role,
            JmxAgent.password(role));
    try (Jvm client = Jvm.start(home, arguments)) {
      return client.await();
    }
  }

  private static String expected(String name) throws Exception {
    return Files.readString(resource(name), StandardCharsets.UTF_8);
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(RemoteJmxIT.class.getResource("/jmx/" + name).toURI());
  }
}
