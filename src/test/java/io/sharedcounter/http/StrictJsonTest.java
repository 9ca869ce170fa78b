package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  private static String refused(String text) {
    return assertThrows(Refusal.class, () -> StrictJson.check(text), text).getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "-9223372036854775808",
        "1.5e-30",
        "\"\"",
        " [ ] ",
        "\t{\r\n}",
        "[1,\"a\",null,true,false,{},[]]",
        "{\"a\":1,\"A\":2,\"\":3,\"\\u0061b\":4}",
        "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u20aC \\ud83d\\ude00 \\ud800 ü 😀 \u007f \u2028\""
      })
  void jsonPasses(String text) {
    assertDoesNotThrow(() -> StrictJson.check(text), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[",
        "]",
        "{",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1,,2]",
        "1 2",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{1:1}",
        "{\"a\":1]",
        "nul",
        "nulll",
        "True",
        "NaN",
        "Infinity",
        "+1",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "0x10",
        "1e5.5",
        "'a'",
        "\"a",
        "\"a\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u١234\"",
        "\"a\tb\"",
        "\"a\nb\"",
        "\"\0\"",
        "\0",
        "\ufeff1",
        "\u00a01",
        "1//comment"
      })
  void whatIsNotJsonIsRefused(String text) {
    assertTrue(refused(text).startsWith("Bad request: not JSON that is served here: expected "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [1 2]                    | expected ',' or ']' at character 4
          {"a":1,"\\u0061":2}      | expected one key only of the name 'a' at character 8
          [1                       | expected ',' or ']' at character 3
          {"a":1}}                 | expected nothing more at character 8
          """)
  void refusalSaysWhatWasExpectedWhere(String text, String why) {
    assertTrue(refused(text).endsWith(why), refused(text));
  }

  @Test
  void depthIsBounded() {
    assertDoesNotThrow(() -> StrictJson.check("[".repeat(32) + "]".repeat(32)));
    assertTrue(refused("[".repeat(33) + "]".repeat(33)).contains("at most 32 levels"));
    assertTrue(refused("{\"a\":".repeat(500_000)).contains("at most 32 levels"));
  }

  @Test
  void lengthOfNumbersIsBounded() {
    assertDoesNotThrow(() -> StrictJson.check("1".repeat(40)));
    assertEquals(
        "Bad request: not JSON that is served here: expected a number of at most 40 characters at"
            + " character 2",
        refused("[" + "1".repeat(1_000_000) + "]"));
  }
}
