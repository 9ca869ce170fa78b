package io.sharedcounter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads a properties file strictly, and remembers the line of each key.
 *
 * <p>The format is that of {@link java.util.Properties#load(java.io.Reader)}, with its comments,
 * escapes and continued lines. That class takes the last of two equal keys silently and forgets
 * where they stood; here a repeated key is an error. Confined to one thread.
 */
final class PropertyLines {
  private final String file;
  private final String text;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private int position;
  private int line = 1;

  /**
   * A key and its value.
   *
   * @param file the name of the file
   * @param line the line at which the key starts, from 1
   * @param key the key
   * @param value the value, as it stands
   */
  record Entry(String file, int line, String key, String value) {
    /** Returns the refusal of this entry. */
    IllegalArgumentException refused(String why) {
      return PropertyLines.refused(file, line, why);
    }
  }

  private PropertyLines(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * Returns the entries of a file by key, in their order.
   *
   * @throws UncheckedIOException if it cannot be read, and says why
   * @throws IllegalArgumentException that names file and line if it is not UTF-8, or repeats a key
   */
  static Map<String, Entry> read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      String why = file + " cannot be read: " + reason(e);
      throw new UncheckedIOException(why, new IOException(why, e));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return parse(file.toString(), text);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + " is not UTF-8; save it in that encoding", e);
    }
  }

  static Map<String, Entry> parse(String file, String text) {
    // Some editors mark a file as UTF-8 so.
    return new PropertyLines(file, text.startsWith("\ufeff") ? text.substring(1) : text).entries();
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    return e instanceof AccessDeniedException ? "access is denied" : String.valueOf(e.getMessage());
  }

  private static IllegalArgumentException refused(String file, int line, String why) {
    return new IllegalArgumentException(file + ":" + line + ": " + why);
  }

  private Map<String, Entry> entries() {
    while (skipToKey()) {
      int start = line;
      String key = token(true);
      skipSpace();
      if (position < text.length() && "=:".indexOf(text.charAt(position)) >= 0) {
        position++;
        skipSpace();
      }
      Entry entry = new Entry(file, start, key, token(false));
      Entry other = entries.putIfAbsent(key, entry);
      if (other != null) {
        throw entry.refused(key + " is there twice, in line " + other.line() + " too; drop one");
      }
    }
    return entries;
  }

  /** Skips blank lines and comments; returns whether there is a key. */
  private boolean skipToKey() {
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '#' || c == '!') {
        while (position < text.length() && !isLineEnd(text.charAt(position))) {
          position++;
        }
      } else if (isLineEnd(c)) {
        endLine();
      } else if (isSpace(c)) {
        position++;
      } else if (continuesLine()) {
        position++;
        endLine();
      } else {
        return true;
      }
    }
    return false;
  }

  private void skipSpace() {
    while (position < text.length()) {
      if (isSpace(text.charAt(position))) {
        position++;
      } else if (continuesLine()) {
        continueLine();
      } else {
        return;
      }
    }
  }

  private String token(boolean isKey) {
    StringBuilder token = new StringBuilder();
    while (position < text.length()) {
      char c = text.charAt(position);
      if (isLineEnd(c) || (isKey && (isSpace(c) || c == '=' || c == ':'))) {
        break;
      }
      if (c != '\\') {
        token.append(c);
        position++;
      } else if (continuesLine()) {
        continueLine();
      } else {
        position++;
        escape(token);
      }
    }
    return token.toString();
  }

  private void escape(StringBuilder token) {
    if (position == text.length()) {
      return;
    }
    char c = text.charAt(position++);
    switch (c) {
      case 't' -> token.append('\t');
      case 'n' -> token.append('\n');
      case 'r' -> token.append('\r');
      case 'f' -> token.append('\f');
      case 'u' -> token.append(unicode());
      default -> token.append(c);
    }
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++, position++) {
      int digit = position < text.length() ? hexDigit(text.charAt(position)) : -1;
      if (digit < 0) {
        throw refused(file, line, "\\u needs four hexadecimal digits");
      }
      code = 16 * code + digit;
    }
    return (char) code;
  }

  private static int hexDigit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private boolean continuesLine() {
    return text.charAt(position) == '\\'
        && position + 1 < text.length()
        && isLineEnd(text.charAt(position + 1));
  }

  private void continueLine() {
    position++;
    endLine();
    while (position < text.length() && isSpace(text.charAt(position))) {
      position++;
    }
  }

  private void endLine() {
    boolean isPair = text.startsWith("\r\n", position);
    position += isPair ? 2 : 1;
    line++;
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\f';
  }
}
