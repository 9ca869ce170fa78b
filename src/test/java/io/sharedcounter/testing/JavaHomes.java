package io.sharedcounter.testing;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Finds the Java versions that tests can start beside their own. Stateless, thread-safe. */
public final class JavaHomes {
  private static final Path INSTALLED = Path.of("/usr/lib/jvm");

  private JavaHomes() {}

  /**
   * Returns the homes of the Java versions to run on, by version: the one that runs this test, and
   * of 17 and 25 those that {@code sharedcounter.jdk17} and {@code sharedcounter.jdk25} name or
   * that are installed in {@code /usr/lib/jvm}.
   */
  public static Map<Integer, Path> homes() throws IOException {
    Map<Integer, Path> homes = new TreeMap<>();
    homes.put(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
    for (int version : new int[] {17, 25}) {
      String named = System.getProperty("sharedcounter.jdk" + version);
      if (named != null) {
        homes.putIfAbsent(version, Path.of(named));
      }
    }
    if (Files.isDirectory(INSTALLED)) {
      try (DirectoryStream<Path> installed = Files.newDirectoryStream(INSTALLED)) {
        for (Path home : installed) {
          int version = version(home);
          if (version == 17 || version == 25) {
            homes.putIfAbsent(version, home);
          }
        }
      }
    }
    return homes;
  }

  /** Returns the version of a whole JDK, or 0. */
  private static int version(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.isReadable(release) || !Files.isExecutable(home.resolve("bin/javac"))) {
      return 0;
    }
    return Files.readAllLines(release).stream()
        .filter(line -> line.startsWith("JAVA_VERSION=\""))
        .map(line -> line.replaceFirst("^JAVA_VERSION=.([0-9]+).*$", "$1"))
        .mapToInt(Integer::parseInt)
        .findFirst()
        .orElse(0);
  }
}
