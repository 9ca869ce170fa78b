package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterLockedException;
import io.sharedcounter.core.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.InstanceNotFoundException;
import javax.management.ObjectName;
import org.jolokia.json.JSONObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The three faces at the same time on the same counters, and a namespace that closes meanwhile. */
@Timeout(120)
class FacesRaceIT {
  private static final int ROUNDS = 100;

  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final CountDownLatch enough = new CountDownLatch(ROUNDS);

  private static SharedCountersConfig.Builder config(NamespaceConfig.Builder namespace) {
    return SharedCountersConfig.builder().namespace(namespace.build());
  }

  @Test
  void lockOfOneFaceKeepsTheOthersOut() throws Exception {
    NamespaceConfig.Builder race = NamespaceConfig.builder("race").lockWait(Duration.ZERO);
    try (Faces faces = new Faces(config(race), "race")) {
      // Who reads, adds and writes back under a lock loses what others add in between.
      Callable<Void> lockOverHttp =
          () -> {
            JSONObject locked = faces.byPost("lockCounter", "x", 60_000L);
            if (locked.get("value") instanceof String token) {
              long seen = (Long) faces.byPost("peek", "x").get("value");
              faces.byPost("setAndUnlock", "x", token, seen + 1);
              acknowledged.incrementAndGet();
            }
            return null;
          };
      Callable<Void> addInProcess =
          () -> {
            try {
              faces.registry.increment("x");
              acknowledged.incrementAndGet();
            } catch (CounterLockedException e) {
              // Nothing is added then.
            }
            return null;
          };
      Callable<Void> addOverJmx =
          () -> {
            try {
              faces.overJmx("increment", "x");
              acknowledged.incrementAndGet();
            } catch (IllegalStateException e) {
              assertTrue(e.getMessage().startsWith("Locked: x "), e.getMessage());
            }
            return null;
          };
      Callable<Void> addOverHttp =
          () -> {
            JSONObject answer = faces.byPost("increment", "x");
            assertTrue(
                answer.containsKey("value")
                    || answer.get("error").toString().startsWith("Locked: x "),
                answer::toString);
            acknowledged.addAndGet(answer.containsKey("value") ? 1 : 0);
            return null;
          };
      Callable<Void> addThroughAll =
          () -> {
            addInProcess.call();
            addOverJmx.call();
            return addOverHttp.call();
          };
      runOften(List.of(lockOverHttp, lockOverHttp, addThroughAll, addThroughAll));
      assertEquals(acknowledged.get(), faces.registry.get("x"));
    }
  }

  @Test
  void removalByOneFaceWhileOthersLockLeavesNoMBeanAndNoLockBehind() throws Exception {
    NamespaceConfig.Builder race = NamespaceConfig.builder("race").lockWait(Duration.ZERO);
    try (Faces faces = new Faces(config(race), "race")) {
      Callable<Void> remove =
          () -> {
            try {
              faces.overJmx("remove", "x");
            } catch (IllegalArgumentException | IllegalStateException e) {
              assertTrue(e.getMessage().matches("(Not found|Locked): x.*"), e.getMessage());
            }
            return null;
          };
      Callable<Void> lock =
          () -> {
            JSONObject locked = faces.byPost("lockCounter", "x", 60_000L);
            if (locked.get("value") instanceof String token) {
              assertEquals(200L, faces.byPost("unlockCounter", "x", token).get("status"));
            }
            return null;
          };
      Callable<Void> list =
          () -> {
            assertEquals(200L, faces.byPost("getAllCounters").get("status"));
            faces.server.getAttribute(faces.mbean, "LockedCounters");
            return null;
          };
      runOften(List.of(remove, remove, lock, lock, list));
      faces.registry.get("x");
      faces.registry.remove("x");
      assertEquals(0, faces.registry.locks().size());
      ObjectName counters = new ObjectName("io.sharedcounter:type=Counter,*");
      assertEquals(0, faces.server.queryNames(counters, null).size());
    }
  }

  @Test
  void whatWasAcknowledgedBeforeANamespaceClosedIsThereWhenItOpensAgain(@TempDir Path directory)
      throws Exception {
    NamespaceConfig.Builder kept = NamespaceConfig.builder("kept").archive(Durability.PROCESS_KILL);
    Faces faces = new Faces(config(kept).dataDirectory(directory), "kept");
    ExecutorService callers = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> running = new ArrayList<>();
      List<Callable<Object>> adds =
          List.of(
              () -> faces.registry.increment("x"),
              () -> faces.overJmx("increment", "x"),
              () -> overHttp(faces));
      for (int i = 0; i < 6; i++) {
        Callable<Object> add = adds.get(i % 3);
        running.add(callers.submit(() -> addUntilClosed(add)));
      }
      assertTrue(enough.await(60, TimeUnit.SECONDS));
      faces.close();
      for (Future<?> one : running) {
        one.get(60, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
    try (SharedCounters again =
        SharedCounters.open(config(kept).dataDirectory(directory).build())) {
      long value = again.namespace("kept").get("x");
      assertTrue(
          acknowledged.get() <= value && value <= acknowledged.get() + unknown.get(),
          value + " with " + acknowledged + " acknowledged, " + unknown + " unknown");
    }
  }

  private Object overHttp(Faces faces) throws IOException {
    JSONObject answer = faces.byPost("increment", "x");
    if (!answer.containsKey("value")) {
      throw new IllegalStateException(String.valueOf(answer.get("error")));
    }
    return answer;
  }

  /** Adds until the namespace is gone; each end must be one that the contract knows. */
  private Void addUntilClosed(Callable<Object> add) throws Exception {
    while (true) {
      try {
        add.call();
        acknowledged.incrementAndGet();
        enough.countDown();
      } catch (IOException e) {
        // The connection was cut: the addition may have happened or not.
        unknown.incrementAndGet();
        return null;
      } catch (InstanceNotFoundException e) {
        return null;
      } catch (IllegalStateException e) {
        String text = e.getMessage();
        boolean isGone = text.startsWith("Not applied: ") || text.contains("InstanceNotFound");
        unknown.addAndGet(text.startsWith("Outcome unknown: ") ? 1 : 0);
        assertTrue(isGone || text.startsWith("Outcome unknown: "), text);
        return null;
      }
    }
  }

  private static void runOften(List<Callable<Void>> steps) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(steps.size());
    try {
      List<Future<?>> running = new ArrayList<>();
      for (Callable<Void> step : steps) {
        running.add(
            callers.submit(
                () -> {
                  for (int i = 0; i < ROUNDS; i++) {
                    step.call();
                  }
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get(100, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
  }
}
