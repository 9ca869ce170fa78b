package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills an importing process again and again: an import is there after it as a whole or not. */
@Tag("proof")
class ImportCrashTest {
  private static final int KILLS =
      "long".equals(System.getProperty("sharedcounter.proof")) ? 200 : 3;

  /** Kills on one file; what verifies it reads all that was ever imported. */
  private static final int KILLS_OF_ONE = 20;

  @TempDir Path directory;
  private Path data;

  @ParameterizedTest
  @EnumSource
  void anImportIsThereAsAWholeOrNotAtAllAfterEveryKill(Archived.Kind kind) throws Exception {
    Random random = new Random(7);
    for (int kill = 0; kill < KILLS; kill++) {
      data = directory.resolve("data-" + kill / KILLS_OF_ONE);
      long acknowledged = importAndKill(kind, random);
      try (Archived open = Archived.open(data, kind)) {
        Map<String, Long> found = open.registry().getAllCounters();
        boolean isFirst = found.equals(Map.of("c0", 0L)) || found.isEmpty();
        long number = isFirst ? 0 : found.get("c0");
        if (!isFirst) {
          assertEquals(expected(number), found);
        }
        boolean isKept = kind == Archived.Kind.POWER_LOSS || kind == Archived.Kind.PROCESS_KILL;
        assertTrue(number <= acknowledged + 1, number + " found, " + acknowledged + " said");
        assertTrue(!isKept || number >= acknowledged, number + " found, " + acknowledged + " said");
      }
      Verification.verify(data, "tickets", kind != Archived.Kind.SNAPSHOT);
    }
  }

  private static Map<String, Long> expected(long number) {
    Map<String, Long> all = new TreeMap<>();
    for (int i = 0; i < ImportVictim.COUNTERS; i++) {
      all.put("c" + i, number);
    }
    all.put("only " + number, number);
    return all;
  }

  /** Returns the last number that was acknowledged, in this run. */
  private long importAndKill(Archived.Kind kind, Random random) throws Exception {
    Process victim =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                ImportVictim.class.getName(),
                data.toString(),
                kind.name())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long last = 0;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8))) {
      for (int i = random.nextInt(30); i >= 0; i--) {
        String line = out.readLine();
        assertTrue(line != null, "the victim ended by itself");
        last = Long.parseLong(line);
      }
      // Into the middle of the next one.
      LockSupport.parkNanos(random.nextInt(10_000_000));
      victim.toHandle().destroyForcibly();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = Long.parseLong(line);
      }
    } finally {
      victim.toHandle().destroyForcibly();
      assertTrue(victim.waitFor(30, TimeUnit.SECONDS));
    }
    return last;
  }
}
