package io.sharedcounter.http;

import java.lang.System.Logger.Level;
import org.jolokia.core.api.LogHandler;

/** Hands Jolokia's log lines to the platform's logger; its chatter only as debug. Thread-safe. */
final class JolokiaLog implements LogHandler {
  private static final System.Logger LOG = System.getLogger("io.sharedcounter.http.jolokia");

  @Override
  public void debug(String message) {
    LOG.log(Level.TRACE, () -> "[http] " + message);
  }

  @Override
  public void info(String message) {
    LOG.log(Level.DEBUG, () -> "[http] " + message);
  }

  @Override
  public void error(String message, Throwable cause) {
    LOG.log(Level.WARNING, "[http] " + message, cause);
  }

  @Override
  public boolean isDebug() {
    return false;
  }
}
