package io.sharedcounter.archive;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** A process that counts until it is killed, and says what was acknowledged. Stateless. */
final class Victim {
  static final int CALLERS = 4;

  private Victim() {}

  /** Prints {@code <caller> <value>} for each acknowledged increment of that caller's counter. */
  public static void main(String[] arguments) throws InterruptedException {
    Archived open = Archived.open(Path.of(arguments[0]), Archived.Kind.valueOf(arguments[1]));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    Thread[] callers = new Thread[CALLERS];
    Arrays.setAll(callers, i -> new Thread(() -> count(open, out, i)));
    for (Thread caller : callers) {
      caller.start();
    }
    for (Thread caller : callers) {
      caller.join();
    }
  }

  private static void count(Archived open, PrintStream out, int caller) {
    while (true) {
      long value = open.registry().increment("own " + caller);
      long shared = open.registry().getIncrement("shared");
      String line = caller + " " + value + " " + shared + "\n";
      synchronized (out) {
        out.print(line);
        out.flush();
      }
    }
  }
}
