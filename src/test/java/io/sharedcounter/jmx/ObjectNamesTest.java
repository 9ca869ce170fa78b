package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sharedcounter.core.Names;
import javax.management.ObjectName;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;

final class ObjectNamesTest {
  @Example
  void quotesOnlyWhatMustBe() {
    for (String plain : new String[] {"x", "a b", "a/b.c", "ü", "'", "a;b", "a{b}", "日本"}) {
      assertEquals(plain, ObjectNames.value(plain));
    }
    for (String special : new String[] {",", "=", ":", "\"", "*", "?", "\\", "\n", ""}) {
      assertEquals(ObjectName.quote(special), ObjectNames.value(special));
    }
  }

  @Example
  void keysStandInTheOrderInWhichConsolesShowThem() {
    assertEquals(
        "io.sharedcounter:type=Counter,namespace=orders,name=a",
        ObjectNames.counter("orders", "a").toString());
  }

  @Property(tries = 2_000)
  void everyNameComesBackFromItsObjectName(@ForAll @StringLength(min = 1, max = 60) String name) {
    assertComesBack(name);
  }

  @Property(tries = 2_000)
  void everyAsciiNameComesBackFromItsObjectName(
      @ForAll @StringLength(min = 1, max = 8) @CharRange(from = ' ', to = '~') String name) {
    assertComesBack(name);
  }

  private static void assertComesBack(String name) {
    try {
      Names.checkCounter(name);
    } catch (IllegalArgumentException e) {
      Assume.that(false);
    }
    ObjectName objectName = ObjectNames.counter("orders", name);
    String value = objectName.getKeyProperty("name");
    assertEquals(name, value.startsWith("\"") ? ObjectName.unquote(value) : value);
    assertEquals(false, objectName.isPattern());
  }
}
