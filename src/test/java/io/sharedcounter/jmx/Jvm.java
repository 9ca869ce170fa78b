package io.sharedcounter.jmx;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One child JVM and what it has printed, ended at the latest by close. Thread-safe. */
final class Jvm implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;

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
