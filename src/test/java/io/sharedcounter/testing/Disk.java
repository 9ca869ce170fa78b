package io.sharedcounter.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs that see their disk through {@code disk.c}, which a C compiler makes into a library
 * first. Stateless.
 */
public final class Disk {
  private static final long DEADLINE_SECONDS = 600;

  private Disk() {}

  /** Compiles the layer; {@code .ci/run} installs what that needs. */
  public static Path compile(Path directory) throws IOException, InterruptedException {
    Path source = directory.resolve("disk.c");
    try (InputStream text = Disk.class.getResourceAsStream("/disk/disk.c")) {
      Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
    }
    Path library = directory.resolve("disk.so");
    run(
        List.of(
            "cc",
            "-shared",
            "-fPIC",
            "-O1",
            "-Wall",
            "-Werror",
            "-o",
            library.toString(),
            source.toString(),
            "-ldl",
            "-pthread"),
        Map.of(),
        0);
    return library;
  }

  /**
   * Runs a main class to its end and returns what it printed.
   *
   * @param environment what the layer is told
   * @param exit the exit code it must end with
   */
  public static String run(
      Path library, Map<String, String> environment, int exit, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            // Not below the root: it is no part of what is looked at.
            "-Dorg.sqlite.tmpdir=" + library.getParent(),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(arguments));
    Map<String, String> all = new java.util.HashMap<>(environment);
    all.put("LD_PRELOAD", library.toString());
    return run(command, all, exit);
  }

  private static String run(List<String> command, Map<String, String> environment, int exit)
      throws IOException, InterruptedException {
    Path printed = Files.createTempFile("disk", ".txt");
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      Process process = builder.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
      try {
        assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "it does not end");
      } finally {
        process.destroyForcibly();
      }
      String text = Files.readString(printed);
      assertEquals(exit, process.exitValue(), text);
      return text;
    } finally {
      Files.delete(printed);
    }
  }
}
