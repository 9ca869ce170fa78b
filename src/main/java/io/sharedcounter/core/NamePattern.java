package io.sharedcounter.core;

/**
 * A glob over names: {@code *} any run, {@code ?} any one character, {@code \} escapes; an empty
 * pattern matches every name. Matches in time O(name x pattern) and without recursion. Immutable.
 */
final class NamePattern {
  private static final int ANY_RUN = -1;
  private static final int ANY_ONE = -2;

  private final int[] parts;

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException if it ends in a lone {@code \} or is longer than 1,000
   *     characters
   */
  NamePattern(String glob) {
    if (glob.length() > 1_000) {
      throw new IllegalArgumentException(
          "pattern '" + Names.escaped(glob) + "' is longer than 1000 characters");
    }
    int[] codePoints = glob.codePoints().toArray();
    int[] parsed = new int[codePoints.length];
    int size = 0;
    for (int i = 0; i < codePoints.length; i++) {
      int c = codePoints[i];
      if (c == '\\' && ++i == codePoints.length) {
        throw new IllegalArgumentException(
            "pattern '" + Names.escaped(glob) + "' ends in a lone \\; write \\\\ for a backslash");
      }
      parsed[size++] = c == '\\' ? codePoints[i] : c == '*' ? ANY_RUN : c == '?' ? ANY_ONE : c;
    }
    parts = glob.isEmpty() ? new int[] {ANY_RUN} : java.util.Arrays.copyOf(parsed, size);
  }

  /** Returns what every name that matches begins with. */
  String prefix() {
    int end = 0;
    while (end < parts.length && parts[end] >= 0) {
      end++;
    }
    return new String(parts, 0, end);
  }

  boolean matches(String name) {
    int at = 0;
    int part = 0;
    int runPart = -1;
    int runAt = 0;
    while (at < name.length()) {
      int c = name.codePointAt(at);
      if (part < parts.length && parts[part] == ANY_RUN) {
        runPart = part++;
        runAt = at;
      } else if (part < parts.length && (parts[part] == ANY_ONE || parts[part] == c)) {
        part++;
        at += Character.charCount(c);
      } else if (runPart >= 0) {
        part = runPart + 1;
        runAt += Character.charCount(name.codePointAt(runAt));
        at = runAt;
      } else {
        return false;
      }
    }
    while (part < parts.length && parts[part] == ANY_RUN) {
      part++;
    }
    return part == parts.length;
  }
}
