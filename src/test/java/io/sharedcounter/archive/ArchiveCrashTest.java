package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills a counting process again and again, in the middle of its work or of its start. */
@Tag("proof")
class ArchiveCrashTest {
  private static final boolean LONG = "long".equals(System.getProperty("sharedcounter.proof"));

  @TempDir Path directory;

  /** One line of the victim: what a caller was told, and when it asked and had its answer. */
  private record Line(int caller, long own, long shared, long asked, long answered) {
    static Line of(String text) {
      String[] words = text.split(" ", -1);
      return new Line(
          Integer.parseInt(words[0]),
          Long.parseLong(words[1]),
          Long.parseLong(words[2]),
          Long.parseLong(words[3]),
          Long.parseLong(words[4]));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POWER_LOSS", "PROCESS_KILL"})
  void whatWasAcknowledgedIsThereAfterEveryKillAndNoNumberComesTwice(Archived.Kind kind)
      throws Exception {
    int kills = LONG ? 350 : 17;
    Path data = directory.resolve("data");
    Random random = new Random(3);
    Set<Long> handedOut = new HashSet<>();
    long[] acknowledged = new long[Victim.CALLERS];
    for (int kill = 0; kill < kills; kill++) {
      List<Line> lines =
          kill % 6 == 5
              ? countAndKillAfter(data, kind, 40 + random.nextInt(300))
              : countAndKill(data, kind, 20 + random.nextInt(200));
      for (Line line : lines) {
        acknowledged[line.caller()] = line.own();
        assertTrue(handedOut.add(line.shared()), "handed out twice: " + line);
      }
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
    assertTrue(handedOut.size() >= kills * 16);
  }

  @ParameterizedTest
  @EnumSource(names = "EVENTUAL")
  void aKillTakesAtMostTheEndOfWhatWasDoneAndNoMoreThanOneInterval(Archived.Kind kind)
      throws Exception {
    int kills = LONG ? 300 : 16;
    Random random = new Random(5);
    long interval = ArchiveSettings.DEFAULT_FLUSH.toNanos();
    int losses = 0;
    for (int kill = 0; kill < kills; kill++) {
      // Not one archive for all: each kill has it replayed from its beginning.
      Path data = directory.resolve("data-" + kill / 25);
      List<Line> lines = countAndKill(data, kind, 500 + random.nextInt(8_000));
      Verification.verify(data, "tickets", true);
      long[] found = new long[Victim.CALLERS];
      try (Archived open = Archived.open(data, kind)) {
        for (int i = 0; i < Victim.CALLERS; i++) {
          found[i] = open.registry().peek("own " + i).orElse(0);
        }
      }
      long lastAsked = Long.MIN_VALUE;
      long lastKept = Long.MIN_VALUE;
      long firstLost = Long.MAX_VALUE;
      for (Line line : lines) {
        lastAsked = Math.max(lastAsked, line.asked());
        if (line.own() <= found[line.caller()]) {
          lastKept = Math.max(lastKept, line.asked());
        } else {
          firstLost = Math.min(firstLost, line.answered());
          losses++;
        }
      }
      // What was asked for after another was answered took effect after it.
      assertTrue(lastKept <= firstLost, "kept, though something before it is lost");
      assertTrue(
          firstLost == Long.MAX_VALUE || lastAsked - firstLost <= interval,
          "lost " + (lastAsked - firstLost) / 1_000_000 + " ms of work");
    }
    assertTrue(losses > 0, "no kill took anything: this shows nothing");
  }

  private static List<Line> countAndKill(Path data, Archived.Kind kind, int lines)
      throws Exception {
    Process victim = start(data, kind);
    List<Line> read = new ArrayList<>();
    try (BufferedReader out = out(victim)) {
      for (int i = 0; i < lines; i++) {
        String line = out.readLine();
        assertTrue(line != null, "the victim ended by itself");
        read.add(Line.of(line));
      }
      kill(victim, out, read);
    } finally {
      end(victim);
    }
    return read;
  }

  /** Kills wherever it is by then, perhaps at its start. */
  private static List<Line> countAndKillAfter(Path data, Archived.Kind kind, int millis)
      throws Exception {
    Process victim = start(data, kind);
    List<Line> read = new ArrayList<>();
    try (BufferedReader out = out(victim)) {
      assertTrue(!victim.waitFor(millis, TimeUnit.MILLISECONDS), "the victim ended by itself");
      kill(victim, out, read);
    } finally {
      end(victim);
    }
    return read;
  }

  private static BufferedReader out(Process victim) {
    return new BufferedReader(
        new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8));
  }

  private static void kill(Process victim, BufferedReader out, List<Line> read) throws Exception {
    victim.toHandle().destroyForcibly();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      // The last may be cut.
      if (line.endsWith(" .")) {
        read.add(Line.of(line));
      }
    }
  }

  private static void end(Process victim) throws Exception {
    victim.toHandle().destroyForcibly();
    assertTrue(victim.waitFor(30, TimeUnit.SECONDS));
    assertEquals(137, victim.exitValue());
  }

  private static Process start(Path data, Archived.Kind kind) throws Exception {
    // Fewer jars, and no optimizing: half of the time goes into the start.
    String classes =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.endsWith(".jar") || entry.contains("sqlite"))
            .collect(Collectors.joining(File.pathSeparator));
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Xmx128m",
            "-cp",
            classes,
            Victim.class.getName(),
            data.toString(),
            kind.name())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
