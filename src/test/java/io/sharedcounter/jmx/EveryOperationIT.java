package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.testing.JavaHomes;
import io.sharedcounter.testing.JavaProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
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
      List.of(
          "plain",
          "kept=archive,snapshot,serialize",
          "written=snapshot",
          "document=serialize",
          "seats=replicate,serialize");

  @TempDir Path directory;

  @Test
  void everythingAnswersAClientWithoutOurClassesOnAnotherJava() throws Exception {
    int version = Runtime.version().feature();
    Map<Integer, Path> homes = JavaHomes.homes();
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
    program.addAll(List.of("--config", cluster(serverHome).toString()));
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
      for (String namespace : List.of("plain", "kept", "written", "document", "seats")) {
        String mbean = "io.sharedcounter:type=CounterRegistry,namespace=" + namespace;
        assertEquals(mbean + " peek[x] = java.lang.Long 0", first.get(mbean + " peek[x]"));
      }
      String kept = "io.sharedcounter:type=CounterRegistry,namespace=kept ";
      for (String operation : List.of("history[x, 1]", "snapshot[]", "exportCounters[json]")) {
        String line = String.valueOf(first.get(kept + operation));
        assertTrue(line.contains(" = "), operation + ": " + line);
      }
      checkCluster(first);
    }
  }

  private static void checkCluster(Map<String, String> first) {
    Map<String, String> expected =
        Map.of(
            "Role", "= java.lang.String LEADER",
            "State", "= java.lang.String OK",
            "addPeer[x]", "! java.lang.IllegalArgumentException: cluster.peers: 'x' is not name@",
            "removePeer[x]", "! java.lang.IllegalArgumentException: 'x' is no member; there are [",
            "transferLeadership[x]", "! java.lang.IllegalArgumentException: 'x' is no member",
            "snapshotNow[]", "=  null");
    expected.forEach(
        (what, answer) -> {
          String call = "io.sharedcounter:type=Cluster " + what;
          String line = String.valueOf(first.get(call));
          assertTrue(line.startsWith(call + " " + answer), line);
        });
  }

  /** Writes what makes the server a cluster of its own. */
  private Path cluster(Path serverHome) throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path members = directory.resolve("cluster-" + serverHome.getFileName());
    return Files.writeString(
        directory.resolve("cluster.properties"),
        "cluster.node = a\ncluster.peers = a@127.0.0.1:"
            + port
            + "\ncluster.bootstrap = true\ncluster.directory = "
            + members
            + "\n");
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
