package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills a counting process again and again, in the middle of its work. */
class ArchiveCrashTest {
  private static final int KILLS =
      "long".equals(System.getProperty("sharedcounter.proof")) ? 350 : 8;

  @TempDir Path data;

  @ParameterizedTest
  @EnumSource(names = {"POWER_LOSS", "PROCESS_KILL"})
  void whatWasAcknowledgedIsThereAfterEveryKillAndNoNumberComesTwice(Archived.Kind kind)
      throws Exception {
    Random random = new Random(3);
    Set<Long> handedOut = new HashSet<>();
    long[] acknowledged = new long[Victim.CALLERS];
    for (int kill = 0; kill < KILLS; kill++) {
      countAndKill(kind, 20 + random.nextInt(200), acknowledged, handedOut);
      try (Archived open = Archived.open(data, kind)) {
        for (int i = 0; i < Victim.CALLERS; i++) {
          long found = open.registry().peek("own " + i).orElse(0);
          // One more may have been kept whose acknowledgement was not read.
          assertTrue(
              acknowledged[i] <= found && found <= acknowledged[i] + 1,
              kind + ": " + acknowledged[i] + " acknowledged, " + found + " found");
          acknowledged[i] = found;
        }
      }
      Verification.verify(data, "tickets", true);
    }
    assertTrue(handedOut.size() >= KILLS * 20);
  }

  @ParameterizedTest
  @EnumSource(names = "EVENTUAL")
  void whatAKillLeavesIsAPrefixOfWhatWasDone(Archived.Kind kind) throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      countAndKill(kind, 2_000, new long[Victim.CALLERS], new HashSet<>());
      Verification.verify(data, "tickets", true);
      try (Archived open = Archived.open(data, kind)) {
        long own = 0;
        for (int i = 0; i < Victim.CALLERS; i++) {
          own += open.registry().peek("own " + i).orElse(0);
        }
        long shared = open.registry().peek("shared").orElse(0);
        // Each caller changes its own counter first.
        long ahead = own - shared;
        assertTrue(0 <= ahead && ahead <= (long) Victim.CALLERS * (kill + 1), own + " " + shared);
      }
    }
  }

  private void countAndKill(Archived.Kind kind, int lines, long[] acknowledged, Set<Long> handedOut)
      throws Exception {
    Process victim =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                data.toString(),
                kind.name())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < lines; i++) {
        String line = out.readLine();
        assertTrue(line != null, "the victim ended by itself");
        read(line, acknowledged, handedOut, kind);
      }
      victim.toHandle().destroyForcibly();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.split(" ", -1).length == 3) {
          read(line, acknowledged, handedOut, kind);
        }
      }
    } finally {
      victim.toHandle().destroyForcibly();
      assertTrue(victim.waitFor(30, TimeUnit.SECONDS));
    }
    assertEquals(137, victim.exitValue());
  }

  private static void read(
      String line, long[] acknowledged, Set<Long> handedOut, Archived.Kind kind) {
    String[] words = line.split(" ", -1);
    acknowledged[Integer.parseInt(words[0])] = Long.parseLong(words[1]);
    boolean isNew = handedOut.add(Long.parseLong(words[2]));
    assertTrue(isNew || kind == Archived.Kind.EVENTUAL, "handed out twice: " + line);
  }
}
