package io.sharedcounter.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A JVM beside the one of the test, the same version unless the test names another, with what it
 * writes. Ends it on close. Thread-safe.
 */
public final class JavaProcess implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** For a JVM that lives for seconds, compiling is most of its work. */
  private static final List<String> BRIEF = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final Process process;
  private final Lines out;
  private final Lines err;

  private JavaProcess(Process process) {
    this.process = process;
    out = new Lines(process.getInputStream());
    err = new Lines(process.getErrorStream());
  }

  /** Starts {@code java} with these arguments. */
  public static JavaProcess start(List<String> arguments) {
    return start(arguments, Map.of());
  }

  /** Starts the {@code java} of that home with these arguments. */
  public static JavaProcess start(Path home, List<String> arguments) {
    return start(home, arguments, Map.of());
  }

  /** Starts {@code java} with these arguments and, on top of ours, these environment variables. */
  public static JavaProcess start(List<String> arguments, Map<String, String> environment) {
    return start(Path.of(System.getProperty("java.home")), arguments, environment);
  }

  private static JavaProcess start(
      Path home, List<String> arguments, Map<String, String> environment) {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/java").toString()));
    command.addAll(BRIEF);
    command.addAll(arguments);
    return startCommand(command, environment);
  }

  /** Starts a command that ends in a {@code java}, such as a script that calls it last. */
  public static JavaProcess startCommand(List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      return new JavaProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the server jar with these arguments. */
  public static JavaProcess startServer(String... arguments) {
    List<String> all = new ArrayList<>(List.of("-Xmx256m", "-jar", serverJar()));
    all.addAll(List.of(arguments));
    return start(all);
  }

  /** Returns the path of the server jar. */
  public static String serverJar() {
    return System.getProperty("sharedcounter.serverJar", "target/sharedcounter-server.jar");
  }

  /** Returns a class path of the plain jar and these jars of the test's own class path. */
  public static String plainJarAnd(String... jars) {
    List<String> path = new ArrayList<>();
    path.add(System.getProperty("sharedcounter.jar", "target/sharedcounter-0.1.0-SNAPSHOT.jar"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      for (String jar : jars) {
        if (Path.of(entry).getFileName().toString().startsWith(jar)) {
          path.add(entry);
        }
      }
    }
    return String.join(File.pathSeparator, path);
  }

  /** Waits for a line on standard output that starts with {@code prefix}; returns the rest. */
  public String awaitOut(String prefix) throws InterruptedException {
    return out.await(prefix);
  }

  /** Returns what was written to standard error so far. */
  public List<String> err() {
    return err.seen();
  }

  /** Returns what was written to standard output so far. */
  public List<String> out() {
    return out.seen();
  }

  /** Writes a line to its standard input, and ends that. */
  public void type(String line) throws IOException {
    try (var in = process.getOutputStream()) {
      in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Asks it to end, as {@code kill} does. */
  public void terminate() {
    // Process.destroy() would close what we still read.
    process.toHandle().destroy();
  }

  /** Ends it at once, as {@code kill -9} does. */
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Waits for its end and returns its exit code; everything it wrote has been read then. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still runs; out: " + out() + ", err: " + err());
    }
    out.join();
    err.join();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** The lines of a stream, read by a thread of their own. Thread-safe. */
  private static final class Lines {
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    Lines(InputStream stream) {
      reader = new Thread(() -> read(stream), "test-reader");
      reader.setDaemon(true);
      reader.start();
    }

    private void read(InputStream stream) {
      try (BufferedReader in =
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          add(line);
        }
      } catch (IOException e) {
        add("cannot be read: " + e);
      }
    }

    private synchronized void add(String line) {
      lines.add(line);
      notifyAll();
    }

    synchronized List<String> seen() {
      return List.copyOf(lines);
    }

    synchronized String await(String prefix) throws InterruptedException {
      long deadline = System.nanoTime() + DEADLINE.toNanos();
      while (true) {
        for (String line : lines) {
          if (line.startsWith(prefix)) {
            return line.substring(prefix.length()).strip();
          }
        }
        long rest = (deadline - System.nanoTime()) / 1_000_000;
        if (rest <= 0 || !reader.isAlive()) {
          throw new AssertionError("no line starts with '" + prefix + "', only " + lines);
        }
        wait(Math.min(rest, 100));
      }
    }

    void join() throws InterruptedException {
      reader.join(DEADLINE.toMillis());
    }
  }
}
