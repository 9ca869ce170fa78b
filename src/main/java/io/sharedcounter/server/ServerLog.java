package io.sharedcounter.server;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Sets the log of the server: one line an event, on stderr, without the chatter of libraries.
 * Stateless, thread-safe.
 */
final class ServerLog {
  private static final String FORMAT = "java.util.logging.SimpleFormatter.format";

  // A logger that nobody refers to forgets its level.
  private static final List<Logger> QUIET =
      List.of(Logger.getLogger("org.apache.ratis"), Logger.getLogger("org.jolokia"));

  // What it logs it also throws, and then we say it in one line.
  private static final Logger SILENT = Logger.getLogger("org.sqlite");

  private ServerLog() {}

  /** Sets the log unless whoever started the JVM has configured it. */
  static void start() {
    boolean isConfigured =
        System.getProperty("java.util.logging.config.file") != null
            || System.getProperty("java.util.logging.config.class") != null;
    if (!isConfigured) {
      if (System.getProperty(FORMAT) == null) {
        System.setProperty(FORMAT, "%1$tFT%1$tT.%1$tL%1$tz %4$s %5$s%6$s%n");
      }
      QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
      SILENT.setLevel(Level.OFF);
    }
  }
}
