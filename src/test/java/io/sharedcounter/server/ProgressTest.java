package io.sharedcounter.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter err = new StringWriter();

  @Test
  void longWorkTellsHowFarItIsUntilItIsDone() throws InterruptedException {
    CountDownLatch told = new CountDownLatch(3);
    Progress progress =
        new Progress(
            "verify: ",
            () -> {
              told.countDown();
              return "7 transactions";
            },
            new PrintWriter(err),
            Duration.ofMillis(1));
    assertTrue(told.await(20, TimeUnit.SECONDS));
    progress.close();
    long lines = err.toString().lines().count();
    assertTrue(lines >= 3);
    assertEquals("verify: 7 transactions", err.toString().lines().findFirst().orElseThrow());
  }

  @Test
  void shortWorkSaysNothing() {
    new Progress("verify: ", () -> "far", new PrintWriter(err), Progress.INTERVAL).close();
    assertEquals("", err.toString());
  }
}
