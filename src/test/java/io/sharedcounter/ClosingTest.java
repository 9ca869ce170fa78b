package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClosingTest {
  private final List<String> closed = new ArrayList<>();
  private final Closing parts = new Closing();

  private void add(String name) {
    parts.add(() -> closed.add(name));
  }

  private void addFailing(String name) {
    parts.add(
        () -> {
          closed.add(name);
          throw new IllegalArgumentException(name + " fails");
        });
  }

  @Test
  void closesInReverseOrderAndOnce() {
    add("a");
    add("b");
    parts.close();
    parts.close();
    assertEquals(List.of("b", "a"), closed);
  }

  @Test
  void closesTheOthersWhenSomeFailAndTellsAllFailures() {
    add("a");
    addFailing("b");
    add("c");
    addFailing("d");
    IllegalStateException e = assertThrows(IllegalStateException.class, parts::close);
    assertEquals(List.of("d", "c", "b", "a"), closed);
    assertEquals("could not close everything: d fails", e.getMessage());
    assertEquals(2, e.getSuppressed().length);
  }

  @Test
  void addsItsFailuresToTheReasonForClosing() {
    addFailing("a");
    RuntimeException cause = new RuntimeException("the reason");
    parts.closeAfter(cause);
    assertEquals("could not close everything: a fails", cause.getSuppressed()[0].getMessage());
  }
}
