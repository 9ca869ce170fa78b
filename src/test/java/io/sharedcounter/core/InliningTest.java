package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The fast path of a counter is inlined, by what the compiler itself says, also where archived
 * namespaces, creation and locks were used first.
 */
class InliningTest {
  private static final int MANY = 30_000;

  /** What the JVM does that the test looks at. Confined to one thread. */
  static final class Uses {
    private Uses() {}

    /** Uses everything that is slow, then what is fast. */
    public static void main(String[] args) {
      CounterSettings settings = CounterSettings.of("test");
      Registries.use(Registries.Kind.EVENTUAL);
      CounterRegistry archived = Registries.of(settings);
      CounterRegistry plain = new CounterRegistry(settings);
      Counter slow = archived.counter("handle");
      for (int i = 0; i < MANY; i++) {
        slow.increment();
        archived.increment("name");
        plain.increment("new" + i);
        try (CounterLock lock = plain.lockCounter("locked")) {
          lock.increment();
        }
      }
      Counter fast = plain.counter("fast");
      fast.set(0);
      for (int i = 0; i < 20; i++) {
        byName(plain);
        byHandle(fast);
      }
      Registries.closeAll();
    }

    static void byName(CounterRegistry registry) {
      for (int i = 0; i < MANY; i++) {
        registry.increment("fast");
      }
    }

    static void byHandle(Counter counter) {
      for (int i = 0; i < MANY; i++) {
        counter.increment();
      }
    }
  }

  @Test
  void theFastPathIsInlinedWhateverWasHotBefore() throws IOException {
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:-TieredCompilation",
                "-Xbatch",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:+PrintInlining",
                "-XX:+PrintCompilation",
                "-cp",
                System.getProperty("java.class.path"),
                Uses.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines;
    try {
      lines =
          new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } finally {
      run.destroyForcibly();
    }
    assertTrue(lines.stream().anyMatch(line -> line.contains("Uses::byName")), "nothing compiled");
    List<String> path = callees(lines, "InliningTest\\$Uses::by|CounterRegistry::increment ");
    assertTrue(
        path.stream().anyMatch(line -> line.matches(".*Counter::add .*inline \\(hot\\).*")),
        "not inlined");
    // What is slow may be a call, and so may the whole; nothing between them may.
    assertEquals(
        List.of(),
        path.stream()
            .filter(
                line -> line.matches(".*io\\.sharedcounter\\..*(too big|big method|too large).*"))
            .filter(line -> !line.matches(".*(CounterTable::change|CounterRegistry::increment) .*"))
            .toList());
  }

  /** Returns the lines on what is called in the compiled methods of those names. */
  private static List<String> callees(List<String> lines, String callers) {
    List<String> found = new ArrayList<>();
    boolean isCaller = false;
    for (String line : lines) {
      if (!line.contains(" @ ") || line.contains("%")) {
        isCaller = line.matches(".* b .*io\\.sharedcounter\\.core\\.(" + callers + ").*bytes\\).*");
      } else if (isCaller) {
        found.add(line.strip());
      }
    }
    return found;
  }
}
