package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that restores, again and again, at any point of it. */
@Tag("proof")
class RestoreCrashTest {
  private static final int KILLS =
      "long".equals(System.getProperty("sharedcounter.proof")) ? 200 : 4;

  @TempDir Path data;

  @Test
  void aKilledRestoreLeavesTheOldStateOrTheNewOne() throws Exception {
    Map<String, Long> first;
    Map<String, Long> second;
    try (Archived open = Archived.open(data, Archived.Kind.EVENTUAL)) {
      for (int i = 0; i < 300; i++) {
        open.registry().set("counter " + i, i);
      }
      first = open.registry().getAllCounters();
      for (int i = 0; i < 300; i++) {
        if (i % 3 == 0) {
          open.registry().remove("counter " + i);
        } else {
          open.registry().set("counter " + i, -i);
        }
      }
      second = open.registry().getAllCounters();
    }
    Random random = new Random(5);
    Set<Boolean> left = new TreeSet<>();
    long sequence = 600;
    // On until both ends were seen, or the kills would all have come too early or too late.
    for (int kill = 0; kill < KILLS || (left.size() < 2 && kill < KILLS + 40); kill++) {
      restoreAndKill(kill % 2 == 0 ? "300" : "600", random.nextInt(300));
      try (Archived open = Archived.open(data, Archived.Kind.EVENTUAL)) {
        Map<String, Long> found = open.registry().getAllCounters();
        assertTrue(found.equals(first) || found.equals(second), found.toString());
        left.add(found.equals(first));
      }
      long transactions = Verification.verify(data, "tickets", true);
      assertTrue(
          transactions >= sequence && transactions % 300 == 0, transactions + " transactions");
      sequence = transactions;
      dropCopies();
    }
    assertEquals(Set.of(true, false), left);
  }

  private void restoreAndKill(String restored, int millis) throws Exception {
    List<String> command =
        List.of(
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            RestoreVictim.class.getName(),
            data.toString(),
            "300",
            "600");
    try (JavaProcess victim = JavaProcess.start(command)) {
      victim.awaitOut(restored);
      // Not a wait for anything: the moment of the kill is to be any moment.
      assertTrue(!new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS));
      victim.kill();
      assertEquals(137, victim.exitCode(), () -> victim.err().toString());
    }
  }

  private void dropCopies() throws IOException {
    try (var copies = Files.list(data.resolve("replaced"))) {
      for (Path copy : copies.toList()) {
        Files.delete(copy);
      }
    }
  }
}
