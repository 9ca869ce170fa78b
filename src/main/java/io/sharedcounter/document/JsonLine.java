package io.sharedcounter.document;

import io.sharedcounter.core.Names;

/**
 * Reads one line of our own JSON from left to right: strings with every escape of RFC 8259, whole
 * numbers of 64 bits, and exactly the signs that are expected, without white space. Confined to one
 * thread.
 */
final class JsonLine {
  private final String line;
  private int at;

  JsonLine(String line) {
    this.line = line;
  }

  /** Returns the text as a JSON string; it has no control characters, since names have none. */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /**
   * Reads exactly {@code text}.
   *
   * @throws IllegalArgumentException if something else is there
   */
  void expect(String text) {
    if (!line.startsWith(text, at)) {
      throw refused("'" + text + "' is expected");
    }
    at += text.length();
  }

  /** Checks that the line ends here. */
  void end() {
    if (at != line.length()) {
      throw refused("the end of the line is expected");
    }
  }

  /** Reads a whole number: no fraction, no exponent, no leading zero, no negative zero. */
  long number() {
    int start = at;
    if (peek() == '-') {
      at++;
    }
    int digits = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    long number = WholeNumber.parse(line, start, digits, at);
    if (peek() == '.' || peek() == 'e' || peek() == 'E') {
      throw refused("a whole number is expected, without fraction and exponent");
    }
    return number;
  }

  /** Reads a string. */
  String string() {
    expect("\"");
    StringBuilder text = new StringBuilder();
    while (peek() != '"') {
      char c = next();
      if (c < ' ') {
        throw refused("a control character is not allowed in a string");
      }
      text.append(c == '\\' ? escaped() : c);
    }
    at++;
    return text.toString();
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hex();
      default -> throw refused("no JSON escape is \\" + Names.escaped(String.valueOf(c)));
    };
  }

  private char hex() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      char c = next();
      // Character.digit would also take the digits of other scripts.
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw refused("four hexadecimal digits are expected after \\u");
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  /** Returns the character here, or 0 at the end, which no line contains unescaped. */
  private char peek() {
    return at < line.length() ? line.charAt(at) : 0;
  }

  private char next() {
    if (at == line.length()) {
      throw refused("the string does not end");
    }
    return line.charAt(at++);
  }

  private IllegalArgumentException refused(String why) {
    return new IllegalArgumentException(
        "character "
            + (at + 1)
            + ": "
            + why
            + ", found '"
            + Names.escaped(line.substring(at))
            + "'");
  }
}
