package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Counters as a file had them, packed: each is found, as it was, and none is there twice. */
class PackedCountersTest {
  /** Odd names, and 32 that share one hash. */
  private static final List<String> NAMES = names();

  @TempDir private Path data;

  private static List<String> names() {
    List<String> names =
        new ArrayList<>(
            List.of("a", "1 2 3", "- 1", "-", "größe", "計数器", "𝟙 two", "\u00e9", "e\u0301", "%d"));
    for (int i = 0; i < 32; i++) {
      String name = "";
      for (int bit = 0; bit < 5; bit++) {
        name += ((i >> bit) & 1) == 0 ? "Aa" : "BB";
      }
      names.add(name);
    }
    return names;
  }

  private static List<CounterRow> rows() {
    long[] values = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62};
    List<CounterRow> rows = new ArrayList<>();
    for (String name : NAMES) {
      int i = rows.size();
      Long value = i % 7 == 6 ? null : (Long) values[i % 7];
      rows.add(new CounterRow(i + 1, name, value, i == 3 ? Long.MAX_VALUE : i, 1L << i));
    }
    return rows;
  }

  private static byte[] text(List<CounterRow> rows) {
    return rows.stream()
        .map(
            row ->
                row.id()
                    + " "
                    + (row.value() == null ? "-" : row.value())
                    + " "
                    + row.version()
                    + " "
                    + row.last()
                    + " "
                    + row.name())
        .collect(Collectors.joining("\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void add(PackedCounters counters, List<CounterRow> rows) {
    counters.add(text(rows), rows.size());
  }

  @Test
  void eachIsFoundAsItWas() {
    List<CounterRow> rows = rows();
    PackedCounters counters = new PackedCounters(rows.size(), 2);
    add(counters, rows.subList(0, 20));
    add(counters, rows.subList(20, rows.size()));
    for (CounterRow row : rows) {
      assertEquals(row, counters.find(row.name()));
    }
    assertNull(counters.find("b"));
    assertNull(counters.find("AaAaAaAaC#"), "of the same hash as 32 others");
    List<CounterRow> shown = new ArrayList<>();
    counters.forEach(shown::add);
    assertEquals(rows, shown);
    assertEquals(rows.stream().mapToLong(CounterRow::digest).sum(), counters.digest());
    assertEquals(rows.stream().filter(row -> row.value() != null).count(), counters.existing());
    assertEquals(rows.size(), counters.highestId());
    assertEquals(1L << (rows.size() - 1), counters.last());
  }

  @Test
  void aNameThatIsThereTwiceIsRefused() {
    for (CounterRow row : rows()) {
      PackedCounters counters = new PackedCounters(2 * NAMES.size(), 2);
      add(counters, rows());
      String message =
          assertThrows(IllegalArgumentException.class, () -> add(counters, List.of(row)))
              .getMessage();
      assertEquals("counter '" + row.name() + "' is there twice", message);
    }
  }

  /** As where a damaged number is the highest; it must not look for room that there is not. */
  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void moreThanWereSaidAreRefused() {
    PackedCounters counters = new PackedCounters(1, 2);
    String message =
        assertThrows(IllegalArgumentException.class, () -> add(counters, rows())).getMessage();
    assertEquals("there are more counters than their numbers allow", message);
    PackedCounters others = new PackedCounters(1, 2);
    byte[] bytes = text(rows());
    assertThrows(IllegalArgumentException.class, () -> others.add(bytes, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "1",
        "1 ",
        "1 2 3 4",
        "1 2 3 a",
        "1 2 3  a",
        "1 x 3 4 a",
        "1 -- 3 4 a",
        "- 2 3 4 a",
        "1 2 3 4.5 a",
        "1 2 - 4 a",
        "1 2 3 4 a\n\n",
        "1 2 3 4 a\nb",
        "1\n2 3 4 a",
      })
  void whatIsNoLineIsRefused(String text) {
    PackedCounters counters = new PackedCounters(9, 2);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThrows(IllegalArgumentException.class, () -> counters.add(bytes, 1));
  }

  @ParameterizedTest
  @EnumSource
  void whatWasChangedAndWhatWasNotIsThereAfterEachRestart(Archived.Kind kind) {
    Random random = new Random(3);
    Map<String, Long> model = new TreeMap<>();
    int fresh = 0;
    for (int restart = 0; restart < 5; restart++) {
      try (Archived open = Archived.open(data, kind)) {
        assertEquals(model, open.registry().getAllCounters());
        assertEquals(model.size(), open.registry().count());
        List<String> known = new ArrayList<>(model.keySet());
        for (int i = 0; i < 2_500; i++) {
          String name = i < NAMES.size() ? NAMES.get(i) + restart : "ñ" + fresh++;
          model.put(name, open.registry().getSet(name, random.nextLong()));
          model.put(name, open.registry().increment(name, 0));
        }
        for (String name : known) {
          int what = random.nextInt(30);
          if (what == 0) {
            assertEquals(model.remove(name), open.registry().remove(name));
          } else if (what == 1) {
            model.put(name, open.registry().set(name, random.nextInt()));
          } else if (what == 2) {
            assertEquals(model.get(name), open.registry().get(name));
          }
        }
        assertEquals(model, open.registry().getAllCounters());
        assertEquals(model.size(), open.registry().count());
        assertEquals(model, open.registry().copy().counters());
      }
    }
  }

  @Test
  void aListingShowsEachCounterOnceWhileTheyAreChanged() throws Exception {
    List<String> names = IntStream.range(0, 5_000).mapToObj(i -> "n" + i).toList();
    try (Archived open = Archived.open(data, Archived.Kind.EVENTUAL)) {
      names.forEach(open.registry()::increment);
    }
    try (Archived open = Archived.open(data, Archived.Kind.EVENTUAL)) {
      AtomicBoolean ends = new AtomicBoolean();
      Thread changes =
          new Thread(
              () -> {
                names.forEach(open.registry()::increment);
                ends.set(true);
              });
      changes.start();
      int listings = 0;
      while (!ends.get() || listings == 0) {
        List<String> shown = new ArrayList<>();
        open.registry().forEach((name, value) -> shown.add(name));
        assertEquals(names.size(), shown.size(), "shown");
        assertEquals(Set.copyOf(names), Set.copyOf(shown));
        listings++;
      }
      changes.join();
    }
  }
}
