package io.sharedcounter.archive;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** A process that counts until it is killed, and says what was acknowledged. Stateless. */
final class Victim {
  static final int CALLERS = 4;

  private Victim() {}

  /**
   * Prints for each round of a caller {@code <caller> <value of its own counter> <value of the
   * shared one> <time before> <time after the first of the two> .}
   */
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
      long asked = System.nanoTime();
      long value = open.registry().increment("own " + caller);
      long answered = System.nanoTime();
      long shared = open.registry().getIncrement("shared");
      String line = caller + " " + value + " " + shared + " " + asked + " " + answered + " .\n";
      synchronized (out) {
        out.print(line);
        out.flush();
      }
    }
  }
}
