package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LargeAnswersTest {
  private final LargeAnswers answers = new LargeAnswers(Duration.ofSeconds(20));

  private static FutureTask<Integer> begun(LargeAnswers answers) {
    FutureTask<Integer> task = new FutureTask<>(() -> begin(answers));
    Thread thread = new Thread(task, "asks");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private static int begin(LargeAnswers answers) throws IOException {
    try {
      answers.begin();
      return 200;
    } catch (Refusal e) {
      return e.status();
    }
  }

  private void awaitWaiting(int expected) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (answers.waiting() != expected) {
      assertTrue(System.nanoTime() < deadline, () -> answers.waiting() + " wait");
      Thread.onSpinWait();
    }
  }

  @Test
  void oneIsMadeAtATimeAndSixteenWait() throws Exception {
    assertEquals(200, begin(answers));
    List<FutureTask<Integer>> others = new ArrayList<>();
    for (int i = 1; i <= 16; i++) {
      others.add(begun(answers));
      awaitWaiting(i);
    }
    assertEquals(503, begin(answers));
    for (int i = 15; i >= 0; i--) {
      answers.end();
      assertEquals(200, others.get(15 - i).get(10, TimeUnit.SECONDS));
      assertEquals(i, answers.waiting());
    }
    answers.end();
    assertEquals(200, begin(answers));
  }

  @Test
  void whoWaitsTooLongIsToldToTryAgain() throws Exception {
    LargeAnswers impatient = new LargeAnswers(Duration.ofMillis(20));
    assertEquals(200, begin(impatient));
    assertEquals(503, begin(impatient));
    impatient.end();
    assertEquals(200, begin(impatient));
  }
}
