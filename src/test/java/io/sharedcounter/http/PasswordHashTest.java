package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
  @Test
  void matchesItsPasswordAndNoOther() {
    PasswordHash hash = PasswordHash.of("pässword".toCharArray());
    assertTrue(hash.matches("pässword".toCharArray()));
    assertFalse(hash.matches("passwort".toCharArray()));
    assertFalse(hash.matches(new char[0]));
  }

  @Test
  void textIsReadBack() {
    PasswordHash hash = PasswordHash.of("secret".toCharArray());
    PasswordHash read = PasswordHash.parse(hash.toString());
    assertEquals(hash.toString(), read.toString());
    assertTrue(read.matches("secret".toCharArray()));
    assertTrue(hash.toString().startsWith("pbkdf2-sha256$210000$"));
  }

  @Test
  void samePasswordHashesDifferentlyEachTime() {
    assertNotEquals(
        PasswordHash.of("secret".toCharArray()).toString(),
        PasswordHash.of("secret".toCharArray()).toString());
  }

  // Computed with Python: hashlib.pbkdf2_hmac('sha256', b'password', b'saltsalt', 1000)
  @Test
  void isThePbkdf2ThatOthersCompute() {
    PasswordHash hash =
        PasswordHash.parse(
            "pbkdf2-sha256$1000$c2FsdHNhbHQ=$E196ZhRPzw+wA84EjzHwJO1cv/MFJdO6C/sxmUeTYqY=");
    assertTrue(hash.matches("password".toCharArray()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "pbkdf2-sha256$210000$c2FsdHNhbHQ=",
        "pbkdf2-sha256$0$c2FsdHNhbHQ=$AAAAAAAAAAAAAAAAAAAAAA==",
        "pbkdf2-sha256$x$c2FsdHNhbHQ=$AAAAAAAAAAAAAAAAAAAAAA==",
        "pbkdf2-sha256$1$c2FsdHNhbHQ=$****",
        "pbkdf2-sha256$1$c2FsdHNhbHQ=$",
        "md5$1$c2FsdHNhbHQ=$AAAAAAAAAAAAAAAAAAAAAA=="
      })
  void otherTextsAreRefusedWithoutRepeatingThem(String text) {
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(text));
    assertEquals(
        "not a password hash of the form pbkdf2-sha256$<rounds>$<salt, base64>$<hash, base64>",
        refused.getMessage());
  }
}
