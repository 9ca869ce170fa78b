package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PropertyLinesTest {
  private static final String[] PIECES = {
    "a", "b", "key", "=", ":", " ", "\t", "\f", "\n", "\r", "\r\n", "\\", "\\\n", "\\\r\n",
    "\\u00e9", "\\t", "\\=", "#", "!", "ü", "\\\\", "  "
  };

  @TempDir Path directory;

  /** The JDK's own parser is the reference; only repeated keys are another matter. */
  @Test
  void readsWhatPropertiesReads() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int pieces = random.nextInt(14); pieces >= 0; pieces--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      compare(text.toString(), "seed " + seed);
    }
  }

  private static void compare(String text, String hint) throws IOException {
    Properties expected = new Properties();
    expected.load(new StringReader(text));
    Map<String, String> found = new HashMap<>();
    try {
      PropertyLines.parse("f", text).forEach((key, entry) -> found.put(key, entry.value()));
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().contains("is there twice"), hint + ": " + e.getMessage());
      return;
    }
    // At the end of a file, and only there, the JDK takes a lone backslash for an empty key. No
    // configuration has one.
    expected.remove("");
    found.remove("");
    assertEquals(expected, found, () -> hint + ": " + text);
  }

  @Test
  void knowsTheLineOfEachKey() {
    Map<String, PropertyLines.Entry> entries =
        PropertyLines.parse("f", "# one\r\n\r\na = 1\\\n   2\n\nb=\\\r\n3\rc");
    assertEquals(3, entries.get("a").line());
    assertEquals("12", entries.get("a").value());
    assertEquals(6, entries.get("b").line());
    assertEquals(8, entries.get("c").line());
  }

  @Test
  void refusesARepeatedKeyAndNamesBothLines() {
    assertEquals("f:3: a is there twice, in line 1 too; drop one", refusal("a=1\nb=2\na=1"));
  }

  @Test
  void refusesABrokenEscape() {
    assertEquals("f:2: \\u needs four hexadecimal digits", refusal("a=1\nb=\\u12g4"));
  }

  private static String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> PropertyLines.parse("f", text))
        .getMessage();
  }

  @Test
  void readsUtf8WithOrWithoutAMark() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "\ufeffschlüssel=wörter 😀");
    assertEquals("wörter 😀", PropertyLines.read(file).get("schlüssel").value());
  }

  @Test
  void refusesWhatIsNotUtf8() throws IOException {
    Path file = Files.write(directory.resolve("f"), "a=ü".getBytes(StandardCharsets.ISO_8859_1));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> PropertyLines.read(file));
    assertEquals(file + " is not UTF-8; save it in that encoding", e.getMessage());
  }

  @Test
  void saysWhyAFileCannotBeRead() {
    Path file = directory.resolve("none");
    UncheckedIOException e =
        assertThrows(UncheckedIOException.class, () -> PropertyLines.read(file));
    assertEquals(file + " cannot be read: there is no such file", e.getMessage());
  }
}
