package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NamesTest {
  private static final String TOO_LONG = "is longer than 255 UTF-8 bytes";
  private static final String SPACE = "starts or ends with white space";
  private static final String CONTROL = "contains a control character";
  private static final String SURROGATE = "contains a lone surrogate";
  private static final String SEPARATOR = "contains a line or paragraph separator";
  private static final String BIDI = "contains a bidirectional control";

  private final CounterRegistry registry = Registries.limitedTo(1_000_000);

  /** The rules as the contract tells them, written a second time and another way. */
  private static boolean isAllowed(String name) {
    boolean encodable = StandardCharsets.UTF_8.newEncoder().canEncode(name);
    return encodable
        && !name.isEmpty()
        && name.getBytes(StandardCharsets.UTF_8).length <= 255
        && name.equals(name.strip())
        && !name.matches("(?s)\\p{Z}.*|.*\\p{Z}")
        && !name.matches("(?s).*[\\p{Cc}\\p{Zl}\\p{Zp}].*")
        && !name.matches("(?s).*" + BIDI_CLASS + ".*");
  }

  private static final String BIDI_CLASS = "[\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]";

  @Property(tries = 5_000)
  void aNameIsTakenExactlyWhenTheContractAllowsIt(@ForAll("almostNames") String name) {
    if (isAllowed(name)) {
      assertEquals(1, registry.increment(name) - registry.remove(name) + 1);
      assertEquals(name, Names.checkCounter(name));
      registry.set(name, 7);
      assertEquals(Map.of(name, 7L), registry.findCounters(escapedGlob(name), "", 10).counters());
      registry.remove(name);
    } else {
      String message =
          assertThrows(IllegalArgumentException.class, () -> registry.increment(name)).getMessage();
      assertTrue(message.startsWith("counter name "), message);
      assertTrue(
          StandardCharsets.US_ASCII.newEncoder().canEncode(message) && message.length() < 400);
      assertFalse(message.chars().anyMatch(Character::isISOControl), message);
    }
    assertEquals(0, registry.count());
  }

  private static String escapedGlob(String name) {
    return name.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?");
  }

  @Provide
  Arbitrary<String> almostNames() {
    Arbitrary<String> plain = Arbitraries.strings().alpha().ofMaxLength(5);
    Arbitrary<String> odd =
        Arbitraries.of(
                0, 9, 0x0a, 0x1f, 0x20, 0x7f, 0x85, 0x9f, 0xa0, 0xad, 0x61c, 0x1680, 0x180e, 0x2000,
                0x200b, 0x200d, 0x200e, 0x200f, 0x2027, 0x2028, 0x2029, 0x202a, 0x202e, 0x202f,
                0x2060, 0x2065, 0x2066, 0x2069, 0x206a, 0x3000, 0xd7ff, 0xd800, 0xdbff, 0xdc00,
                0xdfff, 0xe000, 0xfeff, 0xfffe, 0xffff, 0x1f600, 0x10ffff, 0x2a, 0x3f, 0x5c, 0x22,
                0x2c)
            .map(Character::toString);
    Arbitrary<String> any = Arbitraries.strings().ofMaxLength(3);
    Arbitrary<String> filler =
        Combinators.combine(Arbitraries.of("x", "é", "€"), Arbitraries.of(0, 84, 85, 127, 254, 255))
            .as(String::repeat);
    return Combinators.combine(Arbitraries.oneOf(plain, odd, any, filler), odd, plain)
        .as((start, middle, end) -> List.of(start, start + middle, start + middle + end))
        .flatMap(Arbitraries::of);
  }

  @Example
  void eachRuleIsNamedInTheRefusal() {
    assertRefused("counter name is empty; 1 to 255 UTF-8 bytes are allowed", "");
    assertRefused("counter name 'a\\u000ab' " + CONTROL, "a\nb");
    assertRefused("counter name '\\u0000' " + CONTROL, "\0");
    assertRefused("counter name 'a\\u0085b' " + CONTROL, "a\u0085b");
    assertRefused("counter name 'a\\ud800b' " + SURROGATE, "a\ud800b");
    assertRefused("counter name '\\udc00' " + SURROGATE, "\udc00");
    assertRefused("counter name 'a\\u2028b' " + SEPARATOR, "a\u2028b");
    assertRefused("counter name 'a\\u2029b' " + SEPARATOR, "a\u2029b");
    assertRefused("counter name 'a\\u202eb' " + BIDI, "a\u202eb");
    assertRefused("counter name ' a' " + SPACE, " a");
    assertRefused("counter name 'a ' " + SPACE, "a ");
    assertRefused("counter name '\\u00a0a' " + SPACE, "\u00a0a");
    assertRefused("counter name 'a\\u3000' " + SPACE, "a\u3000");
    String cut = "x".repeat(40) + "... (256 chars)";
    assertRefused("counter name '" + cut + "' " + TOO_LONG, "x".repeat(256));
    assertRefused(
        "counter name '" + "\\u20ac".repeat(40) + "... (86 chars)' " + TOO_LONG, "€".repeat(86));
  }

  private void assertRefused(String message, String name) {
    List<Consumer<String>> operations =
        List.of(
            registry::get,
            registry::peek,
            registry::increment,
            registry::getIncrement,
            registry::remove,
            registry::counter,
            registry::lockCounter,
            each -> registry.set(each, 1),
            each -> registry.getSet(each, 1),
            each -> registry.compareAndSet(each, 0, 1),
            each -> registry.unlockCounter(each, "t"));
    for (Consumer<String> operation : operations) {
      Exception refusal =
          assertThrows(IllegalArgumentException.class, () -> operation.accept(name));
      assertEquals(message, refusal.getMessage());
    }
    assertEquals(0, registry.count());
  }

  @Example
  void longNamesUpToTheLimitAreTakenInEveryWidth() {
    for (String name : List.of("x".repeat(255), "é".repeat(127), "€".repeat(85), "😀".repeat(63))) {
      assertEquals(1, registry.increment(name));
    }
    assertEquals(4, registry.count());
  }

  @Example
  void namespacesFollowTheirRule() {
    for (String name : List.of("a", "0", "a_b-c9", "x".repeat(64))) {
      assertEquals(name, Names.checkNamespace(name));
    }
    for (String name : List.of("", "A", "-a", "_a", "a.b", "a b", "a\n", "é", "x".repeat(65))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Names.checkNamespace(name))
              .getMessage();
      assertTrue(message.endsWith("is not allowed; use [a-z0-9][a-z0-9_-]{0,63}"), message);
    }
  }
}
