package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.ReflectionException;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RegistryMBeanTest {
  private final OpenNamespace orders = new OpenNamespace();

  @AfterEach
  void close() {
    orders.close();
  }

  @Test
  void passesTheSelfTestOfTheAncestor() {
    List<Object> values =
        List.of(
            orders.call("get", "bongo"),
            orders.call("set", "bongo", 5L),
            orders.call("getSet", "bongo", 10L),
            orders.call("getSet", "bongo", 15L),
            orders.call("getIncrement", "bongo"),
            orders.call("getIncrement", "bongo"),
            orders.call("increment", "bongo"),
            orders.call("increment", "bongo"),
            orders.call("incrementBy", "bongo", 5L));
    assertEquals(List.of(0L, 5L, 5L, 10L, 15L, 16L, 18L, 19L, 24L), values);
  }

  @Test
  void addsAnyNumberAndReturnsThePreviousValue() {
    assertEquals(0L, orders.call("getIncrementBy", "seats", -7L));
    assertEquals(-7L, orders.call("getIncrementBy", "seats", 0L));
    assertEquals(-7L, orders.call("peek", "seats"));
  }

  @Test
  void comparesAndSetsAndCreatesAlsoWhereItDoesNotSet() {
    assertEquals(false, orders.call("compareAndSet", "seats", 5L, 6L));
    assertEquals(OptionalLong.of(0), orders.registry.peek("seats"));
    assertEquals(true, orders.call("compareAndSet", "seats", 0L, Long.MIN_VALUE));
    assertEquals(Long.MIN_VALUE, orders.registry.get("seats"));
  }

  @Test
  void returnsAllCountersAsAMapOfTheJdk() throws Exception {
    assertEquals(Map.of(), orders.call("getAllCounters"));
    orders.registry.set("b", Long.MAX_VALUE);
    orders.registry.set("a", -1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(orders.call("getAllCounters"));
    Object copy = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    assertEquals("{a=-1, b=" + Long.MAX_VALUE + "}", copy.toString());
    assertTrue(copy.getClass().getName().startsWith("java.util."));
  }

  @Test
  void returnsAllCountersUpToAHundredThousandAndBeyondThatNamesThePages() {
    try (OpenNamespace large = new OpenNamespace(200_000)) {
      for (int i = 0; i < 100_000; i++) {
        large.registry.get("n" + i);
      }
      assertEquals(100_000, ((Map<?, ?>) large.call("getAllCounters")).size());
      large.registry.get("one more");
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> large.call("getAllCounters"));
      assertEquals(
          "Limit: 100001 counters are too many for getAllCounters, which returns at most 100000;"
              + " use findCounters, page by page",
          refused.getMessage());
      assertEquals(100_001, large.registry.getAllCounters().size());
    }
  }

  @Test
  void findsCountersPageByPage() {
    for (String name : List.of("a1", "a2", "a3", "b1")) {
      orders.registry.set(name, 1);
    }
    CompositeData page = (CompositeData) orders.call("findCounters", "a*", "", 2L);
    assertEquals("{a1=1, a2=1}", items((CompositeData) page.get("counters")).toString());
    assertEquals("a2", page.get("next"));
    CompositeData last = (CompositeData) orders.call("findCounters", "a*", "a2", 2L);
    assertEquals("{a3=1}", items((CompositeData) last.get("counters")).toString());
    assertNull(last.get("next"));
    CompositeData none = (CompositeData) orders.call("findCounters", "z*", "", 2L);
    assertNull(none.get("counters"));
    assertNull(none.get("next"));
  }

  @Test
  void removesAndReturnsTheLastValue() {
    orders.registry.set("seats", 12);
    assertEquals(12L, orders.call("remove", "seats"));
    assertEquals(OptionalLong.empty(), orders.registry.peek("seats"));
  }

  @Test
  void onlyTheBearerOfTheTokenEndsALock() throws Exception {
    String token = orders.lock("seats");
    assertArrayEquals(
        new String[] {"seats: jmx:local until 2030-01-01T00:00:30Z"},
        (String[]) orders.read("LockedCounters"));
    assertNull(orders.call("renewLock", "seats", token, 60_000L));
    orders.now.set(orders.now.get().plusSeconds(59));
    String locked = "Locked: seats is held by jmx:local until 2030-01-01T00:01:00Z";
    orders.refuses(IllegalStateException.class, locked, "unlockCounter", "seats", "wrong");
    assertNull(orders.call("unlockCounter", "seats", token));
    assertEquals(0, ((String[]) orders.read("LockedCounters")).length);
  }

  @Test
  void setsAndUnlocksUnderTheTokenOnly() {
    String token = orders.lock("seats");
    String locked = "Locked: seats is held by jmx:local until 2030-01-01T00:00:30Z";
    orders.refuses(IllegalStateException.class, locked, "setAndUnlock", "seats", "wrong", 7L);
    assertEquals(7L, orders.call("setAndUnlock", "seats", token, 7L));
    assertEquals(8L, orders.call("increment", "seats"));
  }

  @Test
  void breaksAnybodysLockWithoutTouchingTheValue() {
    orders.registry.set("seats", 3);
    String token = orders.lock("seats");
    assertNull(orders.call("breakLock", "seats"));
    orders.refuses(
        IllegalStateException.class,
        "Not locked: seats; the lease ended or the lock was released",
        "setAndUnlock",
        "seats",
        token,
        7L);
    assertEquals(4L, orders.call("increment", "seats"));
  }

  @Test
  void readsOneCounterAsAnUnlistedAttributeAndNeverCreatesIt() throws Exception {
    orders.registry.set("orders.created", 12);
    orders.registry.set("State", 13);
    assertEquals(12L, orders.read("orders.created"));
    assertEquals("OK", orders.read("State"));
    for (String name : List.of("absent", " bad ", "")) {
      assertThrows(AttributeNotFoundException.class, () -> orders.read(name), name);
    }
    assertEquals(2, orders.registry.count());
    AttributeList read =
        orders.server.getAttributes(
            orders.mBeans.name(), new String[] {"orders.created", "absent", "Durability"});
    assertEquals(
        List.of(new Attribute("orders.created", 12L), new Attribute("Durability", "none")),
        read.asList());
  }

  @Test
  void tellsTheNamespaceInItsAttributes() throws Exception {
    assertNull(orders.read("AllCounters"));
    assertEquals(0L, orders.read("CounterCount"));
    orders.registry.set("a", 1);
    orders.state.set("disk full");
    assertEquals("orders", orders.read("Namespace"));
    assertEquals(1L, orders.read("CounterCount"));
    assertEquals(false, orders.read("AllCountersTruncated"));
    assertArrayEquals(new String[] {"serialize"}, (String[]) orders.read("Features"));
    assertEquals("none", orders.read("Durability"));
    assertEquals("disk full", orders.read("State"));
    assertEquals("one", orders.read("InstanceId"));
  }

  @Test
  void hasNoAttributeThatCanBeWritten() {
    assertThrows(
        AttributeNotFoundException.class,
        () -> orders.server.setAttribute(orders.mBeans.name(), new Attribute("State", "OK")));
    assertThrows(
        AttributeNotFoundException.class,
        () -> orders.server.setAttribute(orders.mBeans.name(), new Attribute("a", 1L)));
    assertEquals(0, orders.registry.count());
  }

  @Test
  void unknownOperationsAreNoSuchMethods() {
    for (String operation : new String[] {"toString", "close", "", null}) {
      ReflectionException e =
          assertThrows(
              ReflectionException.class,
              () -> orders.server.invoke(orders.mBeans.name(), operation, null, null));
      assertEquals(NoSuchMethodException.class, e.getTargetException().getClass());
    }
  }

  @Test
  void answersCallsFromManyThreadsExactly() {
    IntStream.range(0, 1_000).parallel().forEach(i -> orders.call("increment", "hits"));
    assertEquals(1_000, orders.registry.get("hits"));
    assertFalse(orders.registry.peek("miss").isPresent());
  }

  static Map<String, Object> items(CompositeData data) {
    Map<String, Object> items = new TreeMap<>();
    data.getCompositeType().keySet().forEach(key -> items.put(key, data.get(key)));
    return items;
  }
}
