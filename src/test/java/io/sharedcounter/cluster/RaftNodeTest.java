package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RaftNodeTest {
  @Test
  void whatDoesNotCloseIsInterrupted() {
    AutoCloseable forever = () -> new CountDownLatch(1).await();
    assertTrue(RaftNode.close(forever, "sharedcounter-waiting", Duration.ofSeconds(3)));
  }

  @Test
  void whatDoesNotEvenCloseThenHoldsUpNobodyForLong() {
    CountDownLatch end = new CountDownLatch(1);
    AutoCloseable stuck =
        () -> {
          while (end.getCount() > 0) {
            Thread.onSpinWait();
          }
        };
    assertFalse(RaftNode.close(stuck, "sharedcounter-stuck", Duration.ofMillis(30)));
    end.countDown();
  }

  @Test
  void whoIsInterruptedStillWaitsForTheClose() {
    CountDownLatch closed = new CountDownLatch(1);
    Thread.currentThread().interrupt();
    assertTrue(RaftNode.close(closed::countDown, "sharedcounter-closing", Duration.ofMinutes(1)));
    assertTrue(Thread.interrupted(), "the interrupt was lost");
    assertTrue(closed.getCount() == 0);
  }
}
