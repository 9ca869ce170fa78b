package io.sharedcounter.http;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Refuses a body that is not exactly JSON (RFC 8259), or whose shape no request has. Jolokia's
 * parser overlooks commas too many or too few, takes the last of two equal keys, nests until the
 * stack ends, and needs half a minute of processor for a number that fills the body. Confined to
 * the request's thread.
 */
final class StrictJson {
  private static final int MOST_DEPTH = 32;
  private static final int MOST_DIGITS = 40;
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private final String text;
  private int at;

  private StrictJson(String text) {
    this.text = text;
  }

  /**
   * Checks a body.
   *
   * @throws Refusal with 400 that says what is wrong and at which character
   */
  static void check(String text) throws Refusal {
    StrictJson json = new StrictJson(text);
    json.value(1);
    json.require(json.at == text.length(), "nothing more");
  }

  private void value(int depth) throws Refusal {
    skipSpace();
    switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
    skipSpace();
  }

  private void object(int depth) throws Refusal {
    enter(depth);
    Set<String> keys = new HashSet<>();
    if (!ends('}')) {
      do {
        skipSpace();
        int start = at;
        String key = string();
        if (!keys.add(key)) {
          at = start;
          throw wrong("one key only of the name '" + Texts.shortened(key) + "'");
        }
        skipSpace();
        take(':');
        value(depth + 1);
      } while (continues('}'));
    }
  }

  private void array(int depth) throws Refusal {
    enter(depth);
    if (!ends(']')) {
      do {
        value(depth + 1);
      } while (continues(']'));
    }
  }

  private void enter(int depth) throws Refusal {
    require(depth <= MOST_DEPTH, "at most " + MOST_DEPTH + " levels");
    at++;
    skipSpace();
  }

  private boolean ends(char end) {
    boolean ends = peek() == end;
    at += ends ? 1 : 0;
    return ends;
  }

  /** Takes the comma before a further element, or the end. */
  private boolean continues(char end) throws Refusal {
    boolean more = peek() == ',';
    require(more || peek() == end, "',' or '" + end + "'");
    at++;
    return more;
  }

  /** Takes a string and returns what it says. */
  private String string() throws Refusal {
    take('"');
    StringBuilder said = new StringBuilder();
    while (peek() != '"') {
      require(peek() >= ' ', "the end of a string");
      said.append(peek() == '\\' ? escaped() : peek());
      at++;
    }
    at++;
    return said.toString();
  }

  private char escaped() throws Refusal {
    at++;
    int kind = "\"\\/bfnrtu".indexOf(peek());
    require(kind >= 0, "an escape");
    if (kind < 8) {
      return "\"\\/\b\f\n\r\t".charAt(kind);
    }
    int code = 0;
    for (int i = 0; i < 4; i++) {
      at++;
      int digit = peek() < 0x80 ? Character.digit(peek(), 16) : -1;
      require(digit >= 0, "a hexadecimal digit");
      code = 16 * code + digit;
    }
    return (char) code;
  }

  private void number() throws Refusal {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(peek()) >= 0) {
      at++;
    }
    String number = text.substring(start, Math.min(at, start + MOST_DIGITS + 1));
    at = start;
    require(number.length() <= MOST_DIGITS, "a number of at most " + MOST_DIGITS + " characters");
    require(NUMBER.matcher(number).matches(), "a value");
    at = start + number.length();
  }

  private void word(String word) throws Refusal {
    require(text.startsWith(word, at), word);
    at += word.length();
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void take(char c) throws Refusal {
    require(peek() == c, "'" + c + "'");
    at++;
  }

  /** Returns the character here; at the end NUL, which JSON has nowhere. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void require(boolean fulfilled, String expected) throws Refusal {
    if (!fulfilled) {
      throw wrong(expected);
    }
  }

  private Refusal wrong(String expected) {
    return Refusal.badRequest(
        "Bad request: not JSON that is served here: expected "
            + expected
            + " at character "
            + (at + 1));
  }
}
