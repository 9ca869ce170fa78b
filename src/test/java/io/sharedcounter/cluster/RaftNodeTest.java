package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RaftNodeTest {
  @Test
  void whatDoesNotCloseHoldsUpNobodyForLong() {
    CountDownLatch end = new CountDownLatch(1);
    assertFalse(RaftNode.close(end::await, "sharedcounter-stuck", Duration.ofMillis(10)));
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
