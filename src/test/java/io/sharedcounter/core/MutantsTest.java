package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The page of mutants holds what it says: where one check, step or access mode of the word, its
 * table or its locks is changed as a line of it says, the test that the line names turns red.
 */
class MutantsTest {
  private static final Path PAGE = Path.of("src/docs/mutants.md");
  private static final Path SOURCES = Path.of("src/main/java/io/sharedcounter/core");
  private static final long DEADLINE_SECONDS = 300;

  /** One line of the page. */
  private record Mutant(String file, String code, String instead, String test) {
    String applied(String source) {
      return source.replace(code, instead);
    }
  }

  static List<Mutant> mutants() throws IOException {
    List<Mutant> mutants = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      String[] cells = line.split("(?<!\\\\)\\|", -1);
      if (cells.length == 6 && cells[1].contains("`")) {
        List<String> text = Arrays.stream(cells, 1, 5).map(MutantsTest::text).toList();
        mutants.add(new Mutant(text.get(0), text.get(1), text.get(2), text.get(3)));
      }
    }
    return mutants;
  }

  /** Returns what a cell shows as code; a cell without code shows nothing. */
  private static String text(String cell) {
    String shown = cell.strip().replace("\\|", "|");
    return shown.startsWith("`") ? shown.substring(1, shown.length() - 1) : "";
  }

  /** Returns the source on one line, so that code on the page may span several. */
  private static String source(String file) throws IOException {
    String text = Files.readString(SOURCES.resolve(file + ".java"));
    return text.replaceAll("//[^\n]*", "").replaceAll("\\s+", " ");
  }

  @Test
  void everyLineOfThePageFitsTheCodeAndNamesATest() throws Exception {
    Map<String, String> sources = new HashMap<>();
    List<Mutant> mutants = mutants();
    assertTrue(mutants.size() > 60, "lines were not read");
    for (Mutant mutant : mutants) {
      if (!sources.containsKey(mutant.file())) {
        sources.put(mutant.file(), source(mutant.file()));
      }
      String source = sources.get(mutant.file());
      assertEquals(
          source.indexOf(mutant.code()), source.lastIndexOf(mutant.code()), mutant::toString);
      assertTrue(source.contains(mutant.code()), mutant::toString);
      String[] test = mutant.test().split("\\.", -1);
      Class<?> tests = Class.forName("io.sharedcounter.core." + test[0]);
      assertTrue(
          Stream.of(tests.getDeclaredMethods()).anyMatch(each -> each.getName().equals(test[1])),
          mutant::toString);
    }
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("mutants")
  void theTestThatIsNamedTurnsRed(Mutant mutant, @TempDir Path folder) throws Exception {
    Path patched = folder.resolve(mutant.file() + ".java");
    Files.writeString(patched, mutant.applied(source(mutant.file())));
    String path = System.getProperty("java.class.path");
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-nowarn",
                "-proc:none",
                "-d",
                folder.toString(),
                "-cp",
                path,
                patched.toString());
    assertEquals(0, failed, "does not compile");
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx500m",
                "-XX:+EnableDynamicAgentLoading",
                "-Dsharedcounter.proof=long",
                "-cp",
                folder + System.getProperty("path.separator") + path,
                MutantRun.class.getName(),
                mutant.test())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    try {
      boolean ended = run.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
      assertTrue(ended, "hangs");
      assertEquals(1, run.exitValue(), () -> "is not red: " + mutant);
    } finally {
      run.destroyForcibly().waitFor();
    }
  }
}
