package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private final History history = new History();

  @Test
  void operationsThatOverlapMayTakeEffectInAnyOrder() {
    history.increment(0, 10, 2);
    history.increment(1, 9, 1);
    history.read(0, 20, 0);
    history.read(8, 30, 2);
    assertEquals(List.of(), history.violations());
  }

  @Test
  void aReadOfAnOldValueIsFound() {
    history.increment(0, 1, 1);
    history.increment(2, 3, 2);
    history.read(4, 5, 1);
    assertEquals(1, history.violations().size());
  }

  @Test
  void aReadOfAValueThatDoesNotExistYetIsFound() {
    history.read(0, 1, 1);
    history.increment(2, 3, 1);
    assertEquals(1, history.violations().size());
  }

  @Test
  void aPositionGivenTwiceIsFound() {
    history.increment(0, 10, 1);
    history.increment(0, 10, 1);
    assertEquals(1, history.violations().size());
  }

  @Test
  void aPositionOfNobodyIsFoundUnlessAnOutcomeIsUnknown() {
    history.increment(0, 10, 2);
    assertEquals(1, history.violations().size());
    history.unknownIncrement(0);
    assertEquals(List.of(), history.violations());
  }
}
