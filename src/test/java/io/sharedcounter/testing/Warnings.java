package io.sharedcounter.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * The warnings and errors that this library has logged and no test has expected. A test that
 * expects some takes this as a parameter. Thread-safe.
 */
public final class Warnings implements AutoCloseable {
  private static final long DEADLINE_NANOS = 10_000_000_000L;

  // A logger that nobody refers to forgets its handlers.
  private final Logger logger = Logger.getLogger("io.sharedcounter");
  private final List<String> lines = new ArrayList<>();
  private final List<String> allowed = new ArrayList<>();
  private final Handler handler = new Listener();

  Warnings() {
    logger.addHandler(handler);
  }

  /** Waits until a warning that contains {@code part} was logged, and takes it away. */
  public synchronized String expect(String part) throws InterruptedException {
    long deadline = System.nanoTime() + DEADLINE_NANOS;
    while (true) {
      for (String line : lines) {
        if (line.contains(part)) {
          lines.remove(line);
          return line;
        }
      }
      long rest = (deadline - System.nanoTime()) / 1_000_000;
      if (rest <= 0) {
        throw new AssertionError("no warning contains '" + part + "', only " + lines);
      }
      wait(rest);
    }
  }

  /**
   * Lets pass all warnings that contain {@code part}: a busy machine may be slow enough for them.
   */
  public synchronized void allow(String part) {
    allowed.add(part);
  }

  /** Stops listening, and fails if there is a warning that nobody expected. */
  @Override
  public synchronized void close() {
    logger.removeHandler(handler);
    lines.removeIf(line -> allowed.stream().anyMatch(line::contains));
    if (!lines.isEmpty()) {
      throw new AssertionError("nobody expected: " + String.join("; ", lines));
    }
  }

  private synchronized void add(LogRecord event) {
    lines.add(event.getLevel().getName() + " " + new SimpleFormatter().formatMessage(event));
    notifyAll();
  }

  private final class Listener extends Handler {
    @Override
    public void publish(LogRecord event) {
      if (event.getLevel().intValue() >= Level.WARNING.intValue()) {
        add(event);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
