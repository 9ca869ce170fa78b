package io.sharedcounter.jmx;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** One child JVM and what it has printed, ended at the latest by close. Thread-safe. */
final class Jvm implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;
  private static final Path INSTALLED = Path.of("/usr/lib/jvm");

  private final Process process;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  private Jvm(Process process) {
    this.process = process;
    reader = new Thread(this::read, "child-jvm-output");
    reader.setDaemon(true);
    reader.start();
  }

  static Jvm start(Path javaHome, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(javaHome.resolve("bin/java").toString()));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(arguments);
    return new Jvm(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /**
   * Returns the homes of the Java versions to run on, by version: the one that runs this test, and
   * of 17 and 25 those that {@code sharedcounter.jdk17} and {@code sharedcounter.jdk25} name or
   * that are installed in {@code /usr/lib/jvm}.
   */
  static Map<Integer, Path> homes() throws IOException {
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

  /** Returns the class path of the library and its tests, and nothing else. */
  static String classPath() {
    return path(NamespaceMBeans.class) + ":" + path(Jvm.class);
  }

  private static Path path(Class<?> of) {
    return Path.of(of.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  private void read() {
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("cannot read: " + e);
    }
    synchronized (this) {
      ended = true;
      notifyAll();
    }
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  /** Waits for a line that starts so; returns whether it came before the JVM ended. */
  synchronized boolean awaitLine(String start) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (lines.stream().noneMatch(line -> line.startsWith(start))) {
      long rest = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (ended || rest <= 0) {
        return false;
      }
      wait(rest);
    }
    return true;
  }

  /** Waits until the JVM has ended, and returns all that it has printed. */
  String await() throws InterruptedException {
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      close();
      throw new AssertionError("still running after " + DEADLINE_SECONDS + " s: " + output());
    }
    reader.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
    return output();
  }

  synchronized String output() {
    return String.join("\n", lines) + "\n";
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS).join();
  }
}
