package io.sharedcounter.server;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

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
        System.setProperty(FORMAT, "%5$s%6$s%n");
        for (Handler handler : Logger.getLogger("").getHandlers()) {
          handler.setFormatter(new Lines());
        }
      }
      QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
      SILENT.setLevel(Level.OFF);
    }
  }

  /**
   * The same line in every locale: that of the JDK has the digits and the words of the user's
   * language, which whoever reads logs by program cannot foresee. Thread-safe.
   */
  private static final class Lines extends Formatter {
    private final DateTimeFormatter time =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxx", Locale.ROOT);
    private final SimpleFormatter messageAndTrace = new SimpleFormatter();

    @Override
    public String format(LogRecord event) {
      String at = time.format(event.getInstant().atZone(ZoneId.systemDefault()));
      return at + " " + event.getLevel().getName() + " " + messageAndTrace.format(event);
    }
  }
}
