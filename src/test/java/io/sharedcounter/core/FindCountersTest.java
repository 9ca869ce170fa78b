package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

class FindCountersTest {
  private final CounterRegistry registry = Registries.limitedTo(100_000);

  private record Step(String name, boolean removes) {}

  /** Pages through what a walk of creations and removals left, and in the midst of it. */
  @Property(tries = 2_000)
  void pagesGiveWhatMatchesInOrderExactlyOnce(
      @ForAll("walks") List<Step> walk,
      @ForAll("globs") String glob,
      @ForAll @IntRange(min = 1, max = 5) int limit) {
    CounterRegistry walked = Registries.empty();
    TreeMap<String, Long> model = new TreeMap<>();
    for (int i = 0; i < walk.size(); i++) {
      Step step = walk.get(i);
      if (step.removes()) {
        if (model.remove(step.name()) != null) {
          walked.remove(step.name());
        }
      } else {
        model.put(step.name(), walked.increment(step.name(), i));
      }
      if (i % 4 == 0 || i == walk.size() - 1) {
        assertPages(matching(model, glob), walked, glob, limit);
      }
    }
  }

  private static NavigableMap<String, Long> matching(Map<String, Long> all, String glob) {
    TreeMap<String, Long> matching = new TreeMap<>(all);
    matching.keySet().removeIf(name -> !naivelyMatches(glob.isEmpty() ? "*" : glob, name));
    return matching;
  }

  private static void assertPages(
      NavigableMap<String, Long> expected, CounterRegistry registry, String glob, int limit) {
    TreeMap<String, Long> seen = new TreeMap<>();
    String after = "";
    while (true) {
      CounterPage page = registry.findCounters(glob, after, limit);
      int left = expected.size() - seen.size();
      assertEquals(Math.min(limit, left), page.counters().size());
      page.counters().forEach((name, value) -> assertEquals(null, seen.put(name, value)));
      if (left <= limit) {
        assertEquals(Optional.empty(), page.next());
        assertEquals(expected, seen);
        return;
      }
      assertEquals(Optional.of(seen.lastKey()), page.next());
      assertEquals(List.copyOf(page.counters().keySet()), sorted(page.counters()));
      after = page.next().orElseThrow();
    }
  }

  private static List<String> sorted(Map<String, Long> counters) {
    return counters.keySet().stream().sorted().toList();
  }

  /** The meaning of a glob in the plainest, slowest words. */
  private static boolean naivelyMatches(String glob, String name) {
    if (glob.isEmpty()) {
      return name.isEmpty();
    }
    char first = glob.charAt(0);
    if (first == '*') {
      return naivelyMatches(glob.substring(1), name)
          || (!name.isEmpty() && naivelyMatches(glob, name.substring(1)));
    }
    if (name.isEmpty()) {
      return false;
    }
    if (first == '?') {
      int chars = Character.charCount(name.codePointAt(0));
      return naivelyMatches(glob.substring(1), name.substring(chars));
    }
    int literal = first == '\\' ? 1 : 0;
    return glob.charAt(literal) == name.charAt(0)
        && naivelyMatches(glob.substring(literal + 1), name.substring(1));
  }

  @Provide
  Arbitrary<List<Step>> walks() {
    Arbitrary<String> names =
        Arbitraries.strings().withChars("ab*?\\").ofMinLength(1).ofMaxLength(4);
    Arbitrary<String> wide = Arbitraries.of("😀", "a😀", "😀b", "\uffff", "ab\uffff");
    return Combinators.combine(
            Arbitraries.frequencyOf(Tuple.of(5, names), Tuple.of(1, wide)),
            Arbitraries.of(false, false, true))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  @Provide
  Arbitrary<String> globs() {
    return Arbitraries.of("a", "b", "*", "?", "\\*", "\\?", "\\\\", "\\a", "😀")
        .list()
        .ofMaxSize(5)
        .map(parts -> String.join("", parts));
  }

  @Example
  void afterIsANameThatNeedNotExist() {
    List.of("a", "c", "e").forEach(registry::increment);
    assertEquals(Map.of("c", 1L, "e", 1L), registry.findCounters("", "b", 10).counters());
    assertEquals(Map.of(), registry.findCounters("", "e", 10).counters());
    assertEquals(Map.of("e", 1L), registry.findCounters("e*", "a", 10).counters());
    assertEquals(Map.of("a", 1L), registry.findCounters("a*", "A", 10).counters());
    assertEquals(Map.of(), registry.findCounters("a*", "b", 10).counters());
  }

  @Example
  void limitsAndPatternsOutOfRangeAreRefused() {
    for (int limit : new int[] {Integer.MIN_VALUE, -1, 0, 10_001, Integer.MAX_VALUE}) {
      assertEquals(
          "limit " + limit + " is not allowed; use 1 to 10000", refusal("", limit).getMessage());
    }
    assertTrue(refusal("a\\", 1).getMessage().contains("ends in a lone \\"));
    assertTrue(refusal("*".repeat(1_001), 1).getMessage().contains("longer than 1000"));
    registry.findCounters("*".repeat(1_000), "", CounterRegistry.MAX_PAGE);
  }

  private IllegalArgumentException refusal(String pattern, int limit) {
    return assertThrows(
        IllegalArgumentException.class, () -> registry.findCounters(pattern, "", limit));
  }

  @Example
  void aPatternThatbacktracksALotStaysFast() {
    registry.increment("a".repeat(254) + "b");
    long start = System.nanoTime();
    assertEquals(0, registry.findCounters("*a".repeat(500), "", 10).counters().size());
    assertTrue(System.nanoTime() - start < 2_000_000_000L);
  }

  /** While others create and remove, no page loses a counter that was there all the time. */
  @Example
  void pagesUnderChurnShowAllThatWasThereThroughout() throws Exception {
    Map<String, Long> lasting =
        IntStream.range(0, 500).boxed().collect(Collectors.toMap(i -> "k" + i, i -> (long) i));
    lasting.forEach(registry::set);
    Background<Void> churn =
        Background.start(
            () -> {
              for (int i = 0; i < 20_000; i++) {
                String name = "k" + i % 700 + "x" + i % 3;
                registry.increment(name);
                registry.remove(name);
              }
              return null;
            });
    int rounds = 0;
    do {
      registry.set("last" + rounds, 1);
      Map<String, Long> seen = new HashMap<>();
      Optional<String> after = Optional.of("");
      while (after.isPresent()) {
        CounterPage page = registry.findCounters("*", after.get(), 70);
        seen.putAll(page.counters());
        after = page.next();
      }
      assertEquals(1, seen.get("last" + rounds));
      assertTrue(seen.entrySet().containsAll(lasting.entrySet()));
      rounds++;
    } while (churn.isRunning());
    churn.result();
  }
}
