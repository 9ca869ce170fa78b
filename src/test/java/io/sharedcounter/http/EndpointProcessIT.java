package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What shows only in a JVM of its own: its end, its charset, its class path. */
class EndpointProcessIT {
  @TempDir private Path directory;

  private List<String> run(Predicate<String> jars, String... options) throws Exception {
    List<String> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (jars.test(entry)) {
        path.add(entry);
      }
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", String.join(File.pathSeparator, path)));
    command.add(EndpointProcess.class.getName());
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the JVM did not end with main");
      assertEquals(0, process.exitValue());
      return Files.readAllLines(out, StandardCharsets.US_ASCII);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void endsWithMainAndReadsUtf8UnderAnyCharset() throws Exception {
    List<String> lines = run(jar -> true, "-Dfile.encoding=ISO-8859-1");
    assertEquals(
        List.of("charset ISO-8859-1", "counter is right: true", "refusal is right: true"), lines);
  }

  @Test
  void namesTheJarThatIsMissing() throws Exception {
    assertEquals(
        List.of(
            "http: not on the class path: org.jolokia:jolokia-json,"
                + " org.jolokia:jolokia-service-jmx;"
                + " add them in version 2.6.0 or switch HTTP off"),
        run(jar -> !jar.contains("jolokia-json") && !jar.contains("jolokia-service-jmx")));
  }
}
