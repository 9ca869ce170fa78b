package io.sharedcounter.core;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** The rules for the names of counters and namespaces. Stateless, thread-safe. */
public final class Names {
  /** The longest name of a counter, in UTF-8 bytes. */
  public static final int MAX_BYTES = 255;

  private static final int SHOWN_CHARS = 40;
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

  private Names() {}

  /**
   * Returns {@code name} if it may name a counter: 1 to 255 UTF-8 bytes, no leading or trailing
   * white space, no control characters, lone surrogates, bidirectional controls, line or paragraph
   * separators. Any other Unicode is taken as it is, without normalization.
   *
   * @throws IllegalArgumentException that says which rule is broken and shows the name escaped and
   *     cut
   */
  public static String checkCounter(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("counter name is empty; 1 to 255 UTF-8 bytes are allowed");
    }
    if (name.length() > MAX_BYTES) {
      throw refused(name, "is longer than 255 UTF-8 bytes");
    }
    for (int i = 0; i < name.length(); ) {
      int codePoint = name.codePointAt(i);
      String broken = brokenRule(codePoint);
      if (!broken.isEmpty()) {
        throw refused(name, broken);
      }
      i += Character.charCount(codePoint);
    }
    if (isSpace(name.codePointAt(0)) || isSpace(name.codePointBefore(name.length()))) {
      throw refused(name, "starts or ends with white space");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw refused(name, "is longer than 255 UTF-8 bytes");
    }
    return name;
  }

  /**
   * Returns {@code name} if it may name a namespace: a lower-case ASCII letter or digit, then up to
   * 63 of these, {@code _} or {@code -}.
   *
   * @throws IllegalArgumentException that shows the name escaped and what is allowed
   */
  public static String checkNamespace(String name) {
    if (!NAMESPACE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "namespace '" + escaped(name) + "' is not allowed; use [a-z0-9][a-z0-9_-]{0,63}");
    }
    return name;
  }

  /**
   * Returns {@code text} fit for a message on one line: everything outside printable ASCII as
   * {@code \}{@code uXXXX}, cut after 40 characters.
   */
  public static String escaped(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length() && i < SHOWN_CHARS; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7f) {
        shown.append(c);
      } else {
        shown.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    return text.length() > SHOWN_CHARS ? shown + "... (" + text.length() + " chars)" : "" + shown;
  }

  private static String brokenRule(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL -> "contains a control character";
      case Character.SURROGATE -> "contains a lone surrogate";
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          "contains a line or paragraph separator";
      default -> isBidirectionalControl(codePoint) ? "contains a bidirectional control" : "";
    };
  }

  /** Unicode's property Bidi_Control: UAX #9, section 2. */
  private static boolean isBidirectionalControl(int codePoint) {
    return codePoint == 0x061c
        || codePoint == 0x200e
        || codePoint == 0x200f
        || (codePoint >= 0x202a && codePoint <= 0x202e)
        || (codePoint >= 0x2066 && codePoint <= 0x2069);
  }

  private static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
  }

  private static IllegalArgumentException refused(String name, String rule) {
    return new IllegalArgumentException("counter name '" + escaped(name) + "' " + rule);
  }
}
