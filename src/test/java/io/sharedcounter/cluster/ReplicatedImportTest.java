package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.CounterLockedException;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.Import.Mode;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Reply.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** An import as an entry of the log: what it does to the state of a replica, and how it travels. */
class ReplicatedImportTest {
  private static final CounterSettings SETTINGS =
      new CounterSettings("n", 4, Duration.ZERO, () -> Instant.EPOCH);

  private static final List<Mode> MODES = List.of(Mode.REPLACE, Mode.ADD, Mode.MAX);

  private final ReplicatedState state = new ReplicatedState();
  private long index;
  private long number;

  ReplicatedImportTest() {
    state.apply(index++, Batch.register().encode());
  }

  private Answer send(Request request) {
    byte[] entry = Logs.batch(0, ++number, request);
    byte[] reply = state.apply(index++, entry);
    byte[] before = Logs.image(0, state);
    // As after a lost reply.
    assertArrayEquals(reply, state.apply(index, entry));
    assertArrayEquals(before, Logs.image(0, state));
    return BatchReply.decode(reply).answers().get(0);
  }

  private Answer bring(Mode mode, Map<String, Long> values) {
    return send(ImportCode.request(SETTINGS, new Import(values, mode)));
  }

  private SortedMap<String, Long> all() {
    return state.namespace("n").range("", true, Integer.MAX_VALUE);
  }

  private void set(String name, long value) {
    send(Logs.request(Operation.SET, name, value));
  }

  @Test
  void eachModeMeetsWhatIsThereInItsOwnWay() {
    set("a", 5);
    set("b", -7);
    assertEquals(2, ImportCode.changed(bring(Mode.ADD, Map.of("a", 1L, "b", 0L, "new", 0L))));
    assertEquals(Map.of("a", 6L, "b", -7L, "new", 0L), all());
    assertEquals(1, ImportCode.changed(bring(Mode.MAX, Map.of("a", 5L, "b", -6L))));
    assertEquals(Map.of("a", 6L, "b", -6L, "new", 0L), all());
    assertEquals(3, ImportCode.changed(bring(Mode.REPLACE, Map.of("a", 6L, "b", 1L, "0", 1L))));
    assertEquals(Map.of("a", 6L, "b", 1L, "0", 1L), all());
    assertEquals(3, ImportCode.changed(bring(Mode.REPLACE, Map.of())));
    assertEquals(0, ImportCode.changed(bring(Mode.REPLACE, Map.of())));
  }

  @Test
  void whatIsRefusedChangesNothingAndSaysWhy() {
    set("a", Long.MAX_VALUE);
    Answer overflow = bring(Mode.ADD, Map.of("a", 1L, "b", 1L));
    String message =
        assertThrows(ArithmeticException.class, () -> ImportCode.changed(overflow)).getMessage();
    assertTrue(message.startsWith("Overflow: a is "), message);

    Answer limit = bring(Mode.MAX, Map.of("b", 1L, "c", 1L, "d", 1L, "e", 1L));
    message =
        assertThrows(IllegalStateException.class, () -> ImportCode.changed(limit)).getMessage();
    assertTrue(message.startsWith("Limit: there would be 5 counters, max-counters is 4"), message);

    send(Request.of("n", 4, "b", Change.lock(5_000, "jmx:me")));
    for (Mode mode : Mode.values()) {
      Answer locked = bring(mode, Map.of("a", 0L, "b", 7L));
      message =
          assertThrows(CounterLockedException.class, () -> ImportCode.changed(locked)).getMessage();
      assertEquals(
          "Locked: b is held by jmx:me until 1970-01-01T00:00:06Z; nothing was imported", message);
    }
    assertEquals(Map.of("a", Long.MAX_VALUE, "b", 0L), all());
    assertEquals(0, ImportCode.changed(bring(Mode.MAX, Map.of("a", 0L, "b", 0L))));
  }

  @Property(tries = 500)
  void anImportMeansWhatItMeansInMemory(@ForAll long seed) {
    Random random = new Random(seed);
    CounterRegistry memory = new CounterRegistry(SETTINGS);
    ReplicatedImportTest log = new ReplicatedImportTest();
    for (int step = 0; step < 6; step++) {
      SortedMap<String, Long> values = Logs.randomValues(random);
      Import wanted = new Import(values, MODES.get(random.nextInt(3)));
      assertEquals(said(() -> memory.importAll(wanted)), said(() -> log.importAll(wanted)));
      assertEquals(memory.getAllCounters(), log.all());
    }
  }

  private int importAll(Import wanted) {
    return ImportCode.changed(send(ImportCode.request(SETTINGS, wanted)));
  }

  /** Of several counters that are in the way each may be told. */
  private static String said(java.util.function.IntSupplier call) {
    try {
      return "changed " + call.getAsInt();
    } catch (ArithmeticException | IllegalStateException e) {
      return e.getClass() + " " + String.valueOf(e.getMessage()).substring(0, 7);
    }
  }

  @Test
  void anImportKeepsItsBytesOverVersions() {
    Import wanted = new Import(Map.of("b", -1L, "a", 5L), Mode.MAX);
    byte[] entry = new Batch(7, 1, 1_000, List.of(ImportCode.request(SETTINGS, wanted))).encode();
    assertEquals(
        "0102"
            + "0000000000000007"
            + "0000000000000001"
            + "00000000000003e8"
            + "00"
            + "00016e"
            + "00000004"
            + "0001"
            + "17"
            + "00"
            + "0000"
            + "0000000000000003"
            + "0000000000000000"
            + "0000"
            + "0006696d706f7274"
            + "0000"
            + "00000002"
            + "000161"
            + "0000000000000005"
            + "000162"
            + "ffffffffffffffff",
        HexFormat.of().formatHex(entry));
    assertArrayEquals(entry, Batch.decode(entry).encode());
  }

  @Test
  void aModeOrAnOrderThatIsNotKnownStopsTheNodeBeforeAnythingIsApplied() {
    Import wanted = new Import(Map.of("a", 5L, "b", 1L), Mode.REPLACE);
    Request known = ImportCode.request(SETTINGS, wanted);
    Request unknown =
        new Request(
            known.code(), "n", 4, "", 4, 0, "", known.origin(), "", new TreeMap<>(known.values()));
    Request before = Logs.request(Operation.SET, "z", 1);
    assertThrows(
        UnknownFormatException.class, () -> state.apply(1, Logs.batch(0, 1, before, unknown)));
    byte[] unsorted = Logs.batch(0, 1, before, known);
    int b = unsorted.length - 9;
    assertEquals('b', unsorted[b]);
    unsorted[b] = 'a';
    assertThrows(UnknownFormatException.class, () -> state.apply(1, unsorted));
    byte[] short1 = Arrays.copyOf(unsorted, unsorted.length - 1);
    assertThrows(UnknownFormatException.class, () -> state.apply(1, short1));
    assertTrue(state.namespaces().isEmpty());
  }

  @Test
  void whatDoesNotFitIntoAnEntryIsRefusedBeforeItIsSent() {
    SortedMap<String, Long> values = new TreeMap<>();
    String tail = "x".repeat(240);
    for (int i = 0; i < 8_000; i++) {
      values.put(i + tail, 1L);
    }
    String message =
        assertThrows(
                IllegalStateException.class,
                () -> ImportCode.request(SETTINGS, new Import(values, Mode.ADD)))
            .getMessage();
    assertTrue(message.contains("8000 counters"), message);
    assertTrue(message.contains("2000000 are allowed; nothing changed"), message);
    values.keySet().removeIf(name -> name.compareTo("7") > 0);
    byte[] entry = Logs.batch(0, 1, ImportCode.request(SETTINGS, new Import(values, Mode.REPLACE)));
    assertTrue(entry.length < ImportCode.MAX_BYTES + 200);
  }

  @Test
  void anImportThatWasRefusedTravelsWithItsReason() {
    Answer answer = Answer.refused(Outcome.LOCKED, "Locked: größe");
    BatchReply reply = new BatchReply(BatchReply.Status.APPLIED, 5, List.of(answer));
    assertEquals(reply, BatchReply.decode(reply.encode()));
  }
}
