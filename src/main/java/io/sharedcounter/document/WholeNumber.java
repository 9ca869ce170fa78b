package io.sharedcounter.document;

import io.sharedcounter.core.Names;

/** Reads decimal numbers of 64 bits, each in the one way it is written. Stateless, thread-safe. */
final class WholeNumber {
  private WholeNumber() {}

  /** Reads all of {@code text}. */
  static long parse(String text) {
    int digits = text.startsWith("-") ? 1 : 0;
    int end = digits;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    if (end != text.length()) {
      throw refused(text);
    }
    return parse(text, 0, digits, end);
  }

  /**
   * Reads the number from {@code start} to {@code end}, whose digits, all ASCII, begin at {@code
   * digits}.
   *
   * @throws IllegalArgumentException if it is empty, too large, or has a zero too many
   */
  static long parse(String text, int start, int digits, int end) {
    String number = text.substring(start, end);
    boolean isZeroTooMany = end > digits && text.charAt(digits) == '0' && number.length() > 1;
    if (end == digits || isZeroTooMany) {
      throw refused(number);
    }
    try {
      return Long.parseLong(number);
    } catch (NumberFormatException e) {
      throw refused(number);
    }
  }

  private static IllegalArgumentException refused(String found) {
    return new IllegalArgumentException(
        "value '"
            + Names.escaped(found)
            + "' is not allowed; use a whole number from "
            + Long.MIN_VALUE
            + " to "
            + Long.MAX_VALUE
            + ", for example 0, 12 or -3");
  }
}
