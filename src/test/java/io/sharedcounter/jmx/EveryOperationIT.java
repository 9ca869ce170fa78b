package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.testing.JavaProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever the server's MBeans offer, those of its features too, answers a client without our
 * classes on the other Java version, or fails with an exception of the JDK.
 */
final class EveryOperationIT {
  private static final String DENIED =
      "java.lang.SecurityException: Access denied! Invalid access level for requested MBeanServer"
          + " operation.";
  private static final List<String> FEATURES =
      List.of("plain", "kept=archive,snapshot,serialize", "written=snapshot", "document=serialize");

  @TempDir Path directory;

  @Test
  void everythingAnswersAClientWithoutOurClassesOnAnotherJava() throws Exception {
    int version = Runtime.version().feature();
    Map<Integer, Path> homes = Jvm.homes();
    Path server = homes.get(version);
    // The checks run on each of the versions in turn.
    homes.remove(version);
    check(server, homes.values().stream().findFirst().orElse(server));
  }

  private void check(Path serverHome, Path clientHome) throws Exception {
    Path data = directory.resolve("data-" + serverHome.getFileName());
    List<String> program =
        new ArrayList<>(
            List.of("-jar", JavaProcess.serverJar(), "--port", "0", "--data", data.toString()));
    FEATURES.forEach(namespace -> program.addAll(List.of("--namespace", namespace)));
    try (JmxAgent agent = JmxAgent.start(serverHome, directory, "Stop", program)) {
      String watched = run(clientHome, agent, "monitorRole");
      for (String line : watched.split("\n", -1)) {
        boolean isCall = line.matches("\\S+ \\w+\\[.*");
        assertTrue(!isCall || line.endsWith(" ! " + DENIED), line);
        assertTrue(
            isCall || line.isEmpty() || line.matches("io\\.sharedcounter:\\S+ \\w+ = .*"), line);
      }
      String steered = run(clientHome, agent, "controlRole");
      Map<String, String> first = new TreeMap<>();
      for (String line : steered.split("\n", -1)) {
        assertTrue(
            line.isEmpty() || line.matches("io\\.sharedcounter:\\S+ \\w+(\\[.*])? [=!] .*"), line);
        if (line.contains(" ! ")) {
          String thrown = line.substring(line.indexOf(" ! ") + 3);
          assertTrue(thrown.matches("java\\.lang\\.Illegal(Argument|State)Exception: .*"), line);
          assertTrue(!thrown.matches(".*(Outcome unknown|Exception: null).*"), line);
        }
        first.putIfAbsent(line.replaceFirst(" [=!] .*", ""), line);
      }
      for (String namespace : List.of("plain", "kept", "written", "document")) {
        String mbean = "io.sharedcounter:type=CounterRegistry,namespace=" + namespace;
        assertEquals(mbean + " peek[x] = java.lang.Long 0", first.get(mbean + " peek[x]"));
      }
      String kept = "io.sharedcounter:type=CounterRegistry,namespace=kept ";
      for (String operation : List.of("history[x, 1]", "snapshot[]", "exportCounters[json]")) {
        String line = String.valueOf(first.get(kept + operation));
        assertTrue(line.contains(" = "), operation + ": " + line);
      }
    }
  }

  private static String run(Path home, JmxAgent agent, String role) throws Exception {
    Path client = Path.of(EveryOperationIT.class.getResource("/jmx/EveryOperation.java").toURI());
    List<String> arguments =
        List.of(
            "-cp", "/nowhere", client.toString(), agent.address(), role, JmxAgent.password(role));
    try (Jvm jvm = Jvm.start(home, arguments)) {
      return jvm.await();
    }
  }
}
