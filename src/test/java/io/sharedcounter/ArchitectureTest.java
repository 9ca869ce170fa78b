package io.sharedcounter;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The walls between the packages, and the rules of the house that a machine can check. */
final class ArchitectureTest {
  private static final String ROOT = "io.sharedcounter";
  private static final int MOST_LINES = 400;

  /** Who may know whom. A new arrow is a decision: it belongs into src/docs/decisions.md. */
  private static final Map<String, Set<String>> ARROWS =
      Map.of(
          "core", Set.of(),
          "jmx", Set.of("core"),
          "archive", Set.of("core"),
          "cluster", Set.of("core"),
          "document", Set.of("core"),
          "http", Set.of(),
          "", Set.of("core", "jmx", "archive", "cluster", "document", "http"),
          "server", Set.of("", "core", "jmx", "archive", "cluster", "document", "http"));

  /** How many public types a package shows. A number that grows is a promise more to keep. */
  private static final Map<String, Integer> PUBLIC_TYPES =
      Map.of("", 5, "server", 1, "core", 23, "document", 3, "jmx", 9, "http", 3, "cluster", 2);

  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
  }

  /** Returns the part of the library that a class belongs to, or null if it is somebody else's. */
  private static String part(JavaClass type) {
    String name = type.getPackageName();
    if (name.equals(ROOT)) {
      return "";
    }
    return name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1) : null;
  }

  @Test
  void packagesKnowOnlyThoseTheyMay() {
    Set<String> forbidden = new TreeSet<>();
    for (JavaClass type : classes) {
      Set<String> allowed = ARROWS.get(part(type));
      assertTrue(allowed != null, () -> type.getPackageName() + " is not in the list of arrows");
      type.getDirectDependenciesFromSelf().stream()
          .filter(dependency -> part(dependency.getTargetClass().getBaseComponentType()) != null)
          .filter(
              dependency -> {
                String target = part(dependency.getTargetClass().getBaseComponentType());
                return !target.equals(part(type)) && !allowed.contains(target);
              })
          .forEach(dependency -> forbidden.add(dependency.getDescription()));
    }
    assertEquals(Set.of(), forbidden);
  }

  @Test
  void packagesKnowEachOtherInOneDirectionOnly() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void coreNeedsOnlyJavaBase() {
    Set<String> foreign = new TreeSet<>();
    for (JavaClass type : classes) {
      if ("core".equals(part(type))) {
        type.getDirectDependenciesFromSelf().stream()
            .map(dependency -> dependency.getTargetClass().getBaseComponentType())
            .filter(target -> !target.isPrimitive() && part(target) == null)
            .filter(target -> !isOfJavaBase(target.getName()))
            .forEach(target -> foreign.add(type.getName() + " -> " + target.getName()));
      }
    }
    assertEquals(Set.of(), foreign);
  }

  private static boolean isOfJavaBase(String name) {
    try {
      Class<?> type = Class.forName(name, false, ClassLoader.getPlatformClassLoader());
      return "java.base".equals(type.getModule().getName());
    } catch (ClassNotFoundException e) {
      return name.startsWith("org.jspecify.annotations.");
    }
  }

  @Test
  void packagesShowNoMorePublicTypesThanAgreed() {
    Map<String, Integer> found = new TreeMap<>();
    for (JavaClass type : classes) {
      String part = part(type);
      if (PUBLIC_TYPES.containsKey(part)
          && type.isTopLevelClass()
          && type.getModifiers().contains(JavaModifier.PUBLIC)) {
        found.merge(part, 1, Integer::sum);
      }
    }
    assertEquals(new TreeMap<>(PUBLIC_TYPES), found);
  }

  @Test
  void namesAreWordsOfTheGlossaryNotPatternTalk() {
    Pattern talk = Pattern.compile(".*(Impl|Util|Utils|Manager|Helper)|(Base|Default|Abstract).*");
    Set<String> found = new TreeSet<>();
    for (JavaClass type : classes) {
      if (talk.matcher(type.getSimpleName()).matches()) {
        found.add(type.getName());
      }
    }
    assertEquals(Set.of(), found);
  }

  @Test
  void filesAreShort() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : javaFiles("src")) {
      int lines = Files.readAllLines(file).size();
      if (lines > MOST_LINES) {
        tooLong.add(file + " has " + lines + " lines");
      }
    }
    assertEquals(List.of(), tooLong);
  }

  @Test
  void testsNeverSleep() throws IOException {
    assertEquals(
        List.of(), linesWith("src/test", "Thread\\s*\\.\\s*sleep|TimeUnit\\.\\w+\\.sleep"));
  }

  @Test
  void testsAreNeverSkipped() throws IOException {
    assertEquals(
        List.of(), linesWith("src/test", "^\\s*@Disabled|\\bassumeTrue\\(|\\bassumeFalse\\("));
  }

  @Test
  void theLibraryNeverWritesToStandardOutput() throws IOException {
    List<String> found =
        linesWith("src/main", "System\\s*\\.\\s*(out|err)\\b|printStackTrace\\(\\)");
    assertEquals(List.of(), found);
  }

  @Test
  void everyClassSaysWhetherItIsThreadSafe() throws IOException {
    Pattern declaration =
        Pattern.compile(
            "^(?:@\\w+.*\\n)*(?:public |final |abstract |sealed |non-sealed )*"
                + "(?:class|record|enum) ",
            Pattern.MULTILINE);
    Pattern promise =
        Pattern.compile("(?i)thread-safe|immutable|confined\\s+(?:\\*\\s+)?to|stateless");
    List<String> silent = new ArrayList<>();
    for (Path file : javaFiles("src/main/java")) {
      String text = Files.readString(file);
      Matcher matcher = declaration.matcher(text);
      boolean isException = text.contains("Exception extends ");
      if (matcher.find()
          && !isException
          && !promise.matcher(text.substring(0, matcher.start())).find()) {
        silent.add(file.toString());
      }
    }
    assertEquals(List.of(), silent);
  }

  private static List<String> linesWith(String root, String regex) throws IOException {
    Pattern pattern = Pattern.compile(regex);
    List<String> found = new ArrayList<>();
    for (Path file : javaFiles(root)) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        boolean isThis = file.endsWith("ArchitectureTest.java");
        if (!isThis && pattern.matcher(lines.get(i)).find()) {
          found.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
        }
      }
    }
    return found;
  }

  private static List<Path> javaFiles(String root) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(root))) {
      List<Path> found = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertTrue(!found.isEmpty(), () -> "no source in " + root);
      return found;
    }
  }
}
