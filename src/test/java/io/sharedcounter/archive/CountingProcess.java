package io.sharedcounter.archive;

import io.sharedcounter.testing.DiskLog;
import io.sharedcounter.testing.Faults;
import io.sharedcounter.testing.Faults.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A program that opens a namespace, counts with several callers, notes below its root what was
 * acknowledged, and ends in one of several ways. Stateless.
 */
final class CountingProcess {
  static final int CALLERS = 4;

  /** The exit code of a process that is killed. */
  static final int KILLED = 137;

  /** How it ends. */
  enum End {
    CLOSED,
    /** Killed in the middle. */
    KILLED,
    /** Killed where it is about to force for the so-manieth time. */
    KILLED_AT_FORCE,
    /** In the middle, after a force that failed. */
    FORCE_FAILED
  }

  private CountingProcess() {}

  /** Arguments: root, kind, increments a caller, end, control file, which force. */
  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    Archived.Kind kind = Archived.Kind.valueOf(arguments[1]);
    int increments = Integer.parseInt(arguments[2]);
    End end = End.valueOf(arguments[3]);
    Faults faults = Faults.open(Path.of(arguments[4]));
    if (end == End.KILLED_AT_FORCE) {
      faults.arm(Integer.parseInt(arguments[5]), Fault.KILLED, 's');
    }
    try (FileChannel notes =
        FileChannel.open(
            root.resolve(DiskLog.NOTES), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Two directories deep: each must be forced into the one above.
      Archived open = Archived.open(root.resolve("new").resolve("data"), kind);
      Thread[] callers = new Thread[CALLERS];
      Arrays.setAll(
          callers, i -> new Thread(() -> count(open, notes, i, increments), "caller " + i));
      for (Thread caller : callers) {
        caller.start();
      }
      callers[0].join();
      if (end == End.KILLED) {
        Runtime.getRuntime().halt(KILLED);
      }
      if (end == End.FORCE_FAILED) {
        faults.arm(20, Fault.REFUSED, 's');
      }
      for (Thread caller : callers) {
        caller.join();
      }
      if (end == End.FORCE_FAILED) {
        Runtime.getRuntime().halt(KILLED);
      }
      open.ledger().snapshot();
      open.close();
    }
  }

  private static void count(Archived open, FileChannel notes, int caller, int increments) {
    for (int i = 0; i < increments * (caller == 0 ? 1 : 2); i++) {
      try {
        long own = open.registry().increment("own " + caller);
        note(notes, caller + " " + own);
        long shared = open.registry().getIncrement("shared");
        note(notes, "shared " + shared);
      } catch (io.sharedcounter.core.OutcomeUnknownException
          | io.sharedcounter.core.NotAppliedException e) {
        return;
      }
    }
  }

  private static void note(FileChannel notes, String line) {
    try {
      notes.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
