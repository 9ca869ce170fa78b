package io.sharedcounter.document;

import io.sharedcounter.core.Names;

/**
 * Reads and writes one line of our own CSV: a name, quoted as RFC 4180 does where it must be, a
 * comma, a value. Immutable.
 */
record CsvLine(String name, long value) {

  /** Returns the name, in quotes where a comma, a quote or the sign of a comment asks for them. */
  static String quoted(String name) {
    boolean isPlain = name.indexOf(',') < 0 && name.indexOf('"') < 0 && !name.startsWith("#");
    return isPlain ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  static CsvLine parse(String line) {
    StringBuilder name = new StringBuilder();
    int at = line.startsWith("\"") ? unquote(line, name) : line.indexOf(',');
    if (at < 0 || at >= line.length() || line.charAt(at) != ',') {
      throw new IllegalArgumentException(
          "'" + Names.escaped(line) + "' is not a counter; use name,value");
    }
    if (name.isEmpty()) {
      name.append(line, 0, at);
    }
    if (!line.startsWith("\"") && name.indexOf("\"") >= 0) {
      throw new IllegalArgumentException(
          "'" + Names.escaped(line) + "': put a name with quotes into quotes, and double them");
    }
    return new CsvLine(name.toString(), WholeNumber.parse(line.substring(at + 1)));
  }

  /** Reads the name in quotes into {@code name}, and returns where it ends, -1 if nowhere. */
  private static int unquote(String line, StringBuilder name) {
    int at = 1;
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c == '"') {
        if (at == line.length() || line.charAt(at) != '"') {
          return name.isEmpty() ? -1 : at;
        }
        at++;
      }
      name.append(c);
    }
    return -1;
  }
}
