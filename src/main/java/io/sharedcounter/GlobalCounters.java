package io.sharedcounter;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The one instance of the JVM, opened on first use. Thread-safe. */
final class GlobalCounters {
  /** The system property that names its configuration file. */
  private static final String PROPERTY = "sharedcounter.config";

  private static @Nullable SharedCounters instance;

  private GlobalCounters() {}

  static synchronized SharedCounters get() {
    SharedCounters open = instance;
    if (open == null) {
      String file = System.getProperty(PROPERTY, "");
      open =
          SharedCounters.openGlobal(
              file.isEmpty()
                  ? SharedCountersConfig.builder().build()
                  : SharedCountersConfig.load(Path.of(file)));
      closeAtExit(open);
      instance = open;
    }
    return open;
  }

  private static void closeAtExit(SharedCounters open) {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(open::closeAll, "sharedcounter-exit"));
    } catch (IllegalStateException e) {
      open.closeAll();
      throw new IllegalStateException("the JVM is shutting down; too late for global()", e);
    }
  }
}
