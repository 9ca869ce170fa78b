package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the index costs, and that merging loses no name; FindCountersTest shows what it is for. */
class NameIndexTest {
  private final Set<String> names = new ConcurrentSkipListSet<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final NameIndex index =
      new NameIndex(
          show -> {
            reads.incrementAndGet();
            names.forEach(show);
          },
          names::size);

  private void add(String name) {
    names.add(name);
    index.add(name);
  }

  private List<String> listed() {
    List<String> all = new ArrayList<>();
    index.from("", true).forEachRemaining(all::add);
    return all;
  }

  @Test
  void nothingIsReadBeforeSomebodyAsks() {
    add("a");
    assertEquals(0, reads.get());
    assertEquals(List.of("a"), listed());
    assertEquals(1, reads.get());
  }

  @Test
  void whoAsksAgainAndAgainHasTheNamesSortedOnce() {
    listed();
    for (int i = 0; i < 50_000; i++) {
      add("n" + i);
      if (i % 500 == 0) {
        index.from("n", true);
      }
    }
    assertEquals(List.copyOf(names), listed());
    assertEquals(1, reads.get());
  }

  @Test
  void namesThatCameWhileNobodyAskedAreNotKeptTwice() {
    listed();
    for (int i = 0; i < 10_000; i++) {
      add("n" + i);
    }
    assertEquals(List.copyOf(names), listed());
    assertEquals(2, reads.get());
  }

  @Test
  void namesThatAreGoneAreForgottenBeforeTheyAreMoreThanTheOthers() {
    add("stays");
    listed();
    int most = 0;
    for (int i = 0; i < 20_000; i++) {
      add("n" + i);
      names.remove("n" + i);
      if (i % 500 == 0) {
        most = Math.max(most, listed().size());
      }
    }
    assertTrue(most < 2_500, "listed " + most);
    assertTrue(listed().contains("stays"));
  }

  @Test
  void noNameIsLostWhileOthersMerge() throws Exception {
    for (int round = 0; round < 20; round++) {
      names.clear();
      NameIndex fresh = new NameIndex(names::forEach, names::size);
      CyclicBarrier start = new CyclicBarrier(3);
      List<Background<Void>> adders = new ArrayList<>();
      for (String prefix : List.of("a", "b")) {
        adders.add(
            Background.start(
                () -> {
                  start.await();
                  for (int i = 0; i < 6_000; i++) {
                    String name = prefix + i;
                    names.add(name);
                    fresh.add(name);
                  }
                  return null;
                }));
      }
      start.await();
      while (adders.stream().anyMatch(Background::isRunning)) {
        fresh.from("", true);
      }
      for (Background<Void> adder : adders) {
        adder.result();
      }
      Set<String> seen = new HashSet<>();
      fresh.from("", true).forEachRemaining(seen::add);
      assertEquals(12_000, seen.size());
    }
  }
}
