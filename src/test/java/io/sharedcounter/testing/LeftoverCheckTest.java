package io.sharedcounter.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.timer.Timer;
import org.junit.jupiter.api.Test;

final class LeftoverCheckTest {
  private static final System.Logger LOG = System.getLogger("io.sharedcounter.testing");

  @Test
  void namesTheMBeanThatIsLeft() throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName name = new ObjectName("io.sharedcounter:type=Left");
    LeftoverCheck.Watch watch = new LeftoverCheck.Watch(Duration.ofMillis(100));
    server.registerMBean(new Timer(), name);
    try {
      AssertionError error = assertThrows(AssertionError.class, watch::close);
      assertEquals("left behind: MBean io.sharedcounter:type=Left", error.getMessage());
    } finally {
      server.unregisterMBean(name);
    }
  }

  @Test
  void namesTheThreadThatIsLeft() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    LeftoverCheck.Watch watch = new LeftoverCheck.Watch(Duration.ofMillis(100));
    Thread thread = new Thread(() -> awaitQuietly(end), "sharedcounter-left");
    thread.start();
    try {
      AssertionError error = assertThrows(AssertionError.class, watch::close);
      String message = String.valueOf(error.getMessage());
      assertTrue(message.startsWith("left behind: thread sharedcounter-left at ["), message);
      assertTrue(message.contains("awaitQuietly"), message);
    } finally {
      end.countDown();
      thread.join();
    }
  }

  @Test
  void showsTheWarningThatNobodyExpected(Warnings outer) throws Exception {
    Warnings warnings = new Warnings();
    LOG.log(System.Logger.Level.WARNING, "[orders] too hot");
    AssertionError error = assertThrows(AssertionError.class, warnings::close);
    assertEquals("nobody expected: WARNING [orders] too hot", error.getMessage());
    outer.expect("[orders] too hot");
  }

  private static void awaitQuietly(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
