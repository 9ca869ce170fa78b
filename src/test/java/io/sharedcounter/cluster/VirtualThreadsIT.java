package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.testing.JavaHomes;
import io.sharedcounter.testing.JavaProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers who wait for the cluster hold up nobody: no monitor, no carrier of virtual threads. */
class VirtualThreadsIT {
  @TempDir private Path directory;

  @Test
  void whoWaitsForTheClusterHoldsNoMonitorAndPinsNoCarrier() throws Exception {
    Map.Entry<Integer, Path> newest = new TreeMap<>(JavaHomes.homes()).lastEntry();
    List<String> command =
        List.of(
            "-Xmx256m",
            "-Djdk.virtualThreadScheduler.parallelism=1",
            "-Djdk.virtualThreadScheduler.maxPoolSize=1",
            "-cp",
            System.getProperty("java.class.path"),
            BlockedCallers.class.getName(),
            directory.toString());
    try (JavaProcess process = JavaProcess.start(newest.getValue(), command)) {
      assertEquals(0, process.exitCode(), () -> process.out() + " " + process.err());
      List<String> out = process.out();
      boolean hasVirtual = newest.getKey() >= 21;
      assertEquals(hasVirtual ? 10 : 0, count(out, "virtual .* waits"), out::toString);
      assertEquals(hasVirtual ? 1 : 0, count(out, "COUNTED 1000"), out::toString);
      // On Java 21 to 23 a monitor pins; from 24 on it does not, so we count those held.
      assertEquals(10, count(out, ".* holds 0"), out::toString);
      assertTrue(out.contains("END") && count(out, "WRONG.*") == 0, out::toString);
    }
  }

  private static long count(List<String> lines, String pattern) {
    return lines.stream().filter(line -> line.matches(pattern)).count();
  }
}
