package io.sharedcounter.archive;

import io.sharedcounter.core.Import;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A process that imports until it is killed, and says what was acknowledged. Stateless. */
final class ImportVictim {
  static final int COUNTERS = 500;

  private ImportVictim() {}

  /** Brings one number more into all counters each time, and prints it once that is kept. */
  public static void main(String[] arguments) {
    Archived open = Archived.open(Path.of(arguments[0]), Archived.Kind.valueOf(arguments[1]));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (long number = open.registry().get("c0") + 1; true; number++) {
      Map<String, Long> values = new HashMap<>();
      for (int i = 0; i < COUNTERS; i++) {
        values.put("c" + i, number);
      }
      values.put("only " + number, number);
      open.registry().importAll(new Import(values, Import.Mode.REPLACE));
      out.println(number);
    }
  }
}
