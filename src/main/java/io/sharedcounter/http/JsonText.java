package io.sharedcounter.http;

import java.io.IOException;
import java.io.Writer;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes an answer of Jolokia's as JSON. Jolokia's own writer gets some escapes wrong, so that the
 * answer to a name with a control character could not be read, and fails on the counter names that
 * Jolokia makes something else of. Stateless, thread-safe.
 */
final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private JsonText() {}

  /** Writes a value: a map, a collection, a number, a boolean, null, or the text of the rest. */
  static void write(@Nullable Object value, Writer out) throws IOException {
    if (value == null) {
      out.write("null");
    } else if (value instanceof String text) {
      string(text, out);
    } else if (value instanceof Map<?, ?> map) {
      object(map, out);
    } else if (value instanceof Collection<?> list) {
      array(list, out);
    } else if (value instanceof Double || value instanceof Float) {
      double real = ((Number) value).doubleValue();
      out.write(Double.isFinite(real) ? value.toString() : "null");
    } else if (value instanceof Number || value instanceof Boolean) {
      out.write(value.toString());
    } else {
      string(value.toString(), out);
    }
  }

  private static void object(Map<?, ?> map, Writer out) throws IOException {
    char before = '{';
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.write(before);
      before = ',';
      string(key(entry.getKey()), out);
      out.write(':');
      write(entry.getValue(), out);
    }
    out.write(before == '{' ? "{}" : "}");
  }

  /** Undoes what Jolokia does to names; no key of an answer is nothing or empty in truth. */
  private static String key(@Nullable Object key) {
    if (key == null) {
      return "[null]";
    }
    String text = key.toString();
    return text.isEmpty() ? "\"\"" : text;
  }

  private static void array(Collection<?> list, Writer out) throws IOException {
    char before = '[';
    for (Object element : list) {
      out.write(before);
      before = ',';
      write(element, out);
    }
    out.write(before == '[' ? "[]" : "]");
  }

  private static void string(String text, Writer out) throws IOException {
    out.write('"');
    int written = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || isLone(text, i)) {
        out.write(text, written, i - written);
        written = i + 1;
        escape(c, out);
      }
    }
    out.write(text, written, text.length() - written);
    out.write('"');
  }

  /** Returns whether half of a character stands here without the other, which UTF-8 cannot say. */
  private static boolean isLone(String text, int at) {
    char c = text.charAt(at);
    if (!Character.isSurrogate(c)) {
      return false;
    }
    int other = Character.isHighSurrogate(c) ? at + 1 : at - 1;
    return other < 0
        || other == text.length()
        || !Character.isSurrogatePair(
            text.charAt(Math.min(at, other)), text.charAt(Math.max(at, other)));
  }

  private static void escape(char c, Writer out) throws IOException {
    out.write('\\');
    if (c == '"' || c == '\\') {
      out.write(c);
      return;
    }
    out.write('u');
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.write(HEX.charAt(c >> shift & 0xf));
    }
  }
}
