package io.sharedcounter.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Turns bytes of a request into text, exactly or not at all, and shows texts in messages.
 * Stateless, thread-safe.
 */
final class Texts {
  private Texts() {}

  /**
   * Decodes UTF-8.
   *
   * @throws Refusal with 400 if it is not UTF-8: replacing what is wrong would name another counter
   */
  static String utf8(byte[] bytes) throws Refusal {
    String text = new String(bytes, Answer.UTF_8);
    // What is wrong becomes this character; only where it stands, is there reason to look closer.
    return text.indexOf('\ufffd') < 0 ? text : utf8(ByteBuffer.wrap(bytes));
  }

  private static String utf8(ByteBuffer bytes) throws Refusal {
    try {
      return Answer.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.badRequest("Bad request: not UTF-8");
    }
  }

  /**
   * Decodes the escaped path of a URL. Bytes that should have been escaped and were not (the JDK's
   * server hands on each as one char) are taken as what they are.
   *
   * @throws Refusal with 400 if an escape is broken or the result is not UTF-8
   */
  static String unescaped(String rawPath) throws Refusal {
    ByteBuffer bytes = ByteBuffer.allocate(rawPath.length());
    for (int i = 0; i < rawPath.length(); i++) {
      char c = rawPath.charAt(i);
      if (c == '%') {
        int high = i + 2 < rawPath.length() ? Character.digit(rawPath.charAt(i + 1), 16) : -1;
        int low = i + 2 < rawPath.length() ? Character.digit(rawPath.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw Refusal.badRequest("Bad request: a broken %-escape in the path");
        }
        bytes.put((byte) (high << 4 | low));
        i += 2;
      } else if (c <= 0xFF) {
        bytes.put((byte) c);
      } else {
        throw Refusal.badRequest("Bad request: not UTF-8");
      }
    }
    return utf8(bytes.flip());
  }

  /** Returns at most the first 80 chars, control characters escaped, for a message. */
  static String shortened(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(80)
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                shown.append(String.format("\\u%04x", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return text.codePointCount(0, text.length()) > 80 ? shown + "..." : shown.toString();
  }
}
