package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the README to what it says. Its shell commands are run by {@link ReadmeIT}. */
final class ReadmeTest {
  /** A statement with a number behind it: that number is what it returns. */
  private static final Pattern RESULT = Pattern.compile("(?m)^(\\s*)(.+); // (-?\\d+)\\b.*$");

  @TempDir Path directory;

  static List<String> javaBlocks() throws IOException {
    return ReadmeBlocks.of("java");
  }

  @ParameterizedTest
  @MethodSource("javaBlocks")
  void itsJavaCompilesAndReturnsWhatItSays(String block) throws Exception {
    String checked = RESULT.matcher(block).replaceAll("$1check($2, $3);");
    Path source =
        Files.writeString(
            directory.resolve("Snippet.java"),
            "import io.sharedcounter.*; import io.sharedcounter.core.*;\n"
                + "public class Snippet {\n"
                + "  public static void run() throws Exception {\n"
                + checked
                + "\n}\n"
                + "  static void check(long found, long expected) {\n"
                + "    if (found != expected) throw new AssertionError(found + \", not \" + expected);\n"
                + "  }\n}\n");
    compile(source);
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
      loader.loadClass("Snippet").getMethod("run").invoke(null);
    }
  }

  private void compile(Path source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter errors = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-d",
              directory.toString(),
              "-proc:none",
              "-cp",
              System.getProperty("java.class.path"));
      boolean isFine =
          compiler
              .getTask(errors, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      assertTrue(isFine, errors::toString);
    }
  }

  @Test
  void promisesNumbersInItsFirstExample() throws IOException {
    assertEquals(2, RESULT.matcher(javaBlocks().get(0)).results().count());
  }

  @Test
  void isShort() throws IOException {
    assertTrue(Files.readAllLines(ReadmeBlocks.FILE).size() <= 150);
  }

  @Test
  void linksToWhatThereIs() throws IOException {
    Matcher link = Pattern.compile("]\\(([^)#]+)\\)").matcher(Files.readString(ReadmeBlocks.FILE));
    List<String> targets = link.results().map(found -> found.group(1)).toList();
    assertTrue(targets.size() >= 4, targets::toString);
    targets.forEach(target -> assertTrue(Files.exists(Path.of(target)), target));
  }

  @Test
  void namesTheVersionsThatAreBuiltWith() throws IOException {
    String readme = Files.readString(ReadmeBlocks.FILE);
    String pom = Files.readString(Path.of("pom.xml"));
    assertTrue(readme.contains("info.picocli:picocli:" + property(pom, "picocli.version")));
    assertTrue(readme.contains("all `" + property(pom, "jolokia.version") + "`"));
    Matcher version =
        Pattern.compile("<artifactId>sharedcounter</artifactId>\\s*<version>(.*?)<").matcher(pom);
    assertTrue(version.find());
    assertTrue(readme.contains("io.sharedcounter:sharedcounter:" + version.group(1)));
  }

  private static String property(String pom, String name) {
    Matcher property = Pattern.compile("<" + name + ">(.*?)<").matcher(pom);
    assertTrue(property.find(), name);
    return property.group(1);
  }
}
