package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.testing.JavaProcess;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs the shell commands of the README, at a free port instead of the one they name. */
final class ReadmeIT {
  private static final String BUILD = "mvn -q -DskipTests package && ";
  private static final String SERVE = "java -jar target/sharedcounter-server.jar";

  @Test
  void itsCommandServesAndItsCurlLinesAnswer() throws Exception {
    List<String> blocks = ReadmeBlocks.of("sh");
    assertEquals(BUILD + SERVE + "\n", blocks.get(0));
    assertEquals("mvn verify\n", blocks.get(1));
    List<String> curls = blocks.get(2).lines().toList();
    assertEquals(2, curls.size());
    assertTrue(JavaProcess.serverJar().endsWith("target/sharedcounter-server.jar"));
    try (JavaProcess server = JavaProcess.startServer("--port", "0")) {
      String url = server.awaitOut("Jolokia");
      server.awaitOut("Stop");
      String increment = shell(curls.get(0), url);
      assertTrue(increment.contains("\"value\":1"), increment);
      String all = shell(curls.get(1), url);
      assertTrue(all.contains("\"value\":{\"hits\":1}"), all);
    }
  }

  private static String shell(String curl, String url) throws Exception {
    String documented = "http://127.0.0.1:8778/jolokia";
    assertTrue(curl.contains(documented), curl);
    Process shell = new ProcessBuilder("sh", "-c", curl.replace(documented, url)).start();
    String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(shell.waitFor(20, TimeUnit.SECONDS));
    return answer;
  }
}
