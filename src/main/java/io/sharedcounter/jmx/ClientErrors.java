package io.sharedcounter.jmx;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.NoSuchElementException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Turns whatever an operation throws into what a client without our classes can read: a new JDK
 * exception with the same text, no cause, nothing suppressed. Stateless, thread-safe.
 */
final class ClientErrors {
  private static final Logger LOG = System.getLogger(ClientErrors.class.getName());

  private ClientErrors() {}

  /**
   * Returns what the client gets.
   *
   * @param mbean who failed, if a server knows it
   * @param what on what, for the log
   */
  static RuntimeException of(Throwable thrown, @Nullable ObjectName mbean, String what) {
    String text = String.valueOf(thrown.getMessage());
    if (thrown instanceof NoSuchElementException || thrown instanceof IllegalArgumentException) {
      return new IllegalArgumentException(text);
    }
    if (thrown instanceof ArithmeticException) {
      return new ArithmeticException(text);
    }
    if (thrown instanceof IllegalStateException) {
      return new IllegalStateException(text);
    }
    if (thrown instanceof SecurityException) {
      return new SecurityException(text);
    }
    String failure = what + " of " + mbean + " failed in a way that it never should";
    LOG.log(Level.ERROR, ObjectNames.label(mbean) + failure, thrown);
    return new IllegalStateException(
        "Outcome unknown: " + thrown.getClass().getName() + "; the server's log tells more");
  }
}
