package io.sharedcounter.server;

import java.nio.charset.Charset;
import java.util.Optional;

/**
 * Finds arguments that are not what was typed: in a locale whose encoding lacks a character, the
 * JVM puts the replacement character in its place before we see it. Stateless, thread-safe.
 */
final class LostText {
  private static final char REPLACEMENT = '\ufffd';

  private LostText() {}

  /**
   * Returns what is wrong with the first argument that surely was lost, or empty. Where the
   * encoding has the replacement character it may have been typed, and names may contain it.
   *
   * @param encoding in which the JVM reads arguments
   */
  static Optional<String> in(String[] arguments, String encoding) {
    if (Charset.isSupported(encoding)
        && Charset.forName(encoding).newEncoder().canEncode(REPLACEMENT)) {
      return Optional.empty();
    }
    for (String argument : arguments) {
      if (argument.indexOf(REPLACEMENT) >= 0) {
        return Optional.of(
            "argument '"
                + argument.replace(REPLACEMENT, '?')
                + "' lost characters: the locale of this terminal has the encoding "
                + encoding
                + ", which lacks them; set LC_ALL=C.UTF-8, or another locale with UTF-8, and"
                + " repeat");
      }
    }
    return Optional.empty();
  }
}
