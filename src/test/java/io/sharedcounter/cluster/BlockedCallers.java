package io.sharedcounter.cluster;

import io.sharedcounter.core.CounterLock;
import io.sharedcounter.core.CounterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A process whose callers wait for a cluster in every way there is; prints what each holds up. On
 * Java 21 and later they wait once more in virtual threads, which have one carrier for all.
 */
final class BlockedCallers {
  private static final int COUNT = 1_000;

  private BlockedCallers() {}

  /** Argument: an empty directory. */
  public static void main(String[] args) throws Exception {
    try (TestCluster cluster =
        new TestCluster(Path.of(args[0]), "a", "b", "c").timeout(Duration.ofSeconds(4)).begin()) {
      cluster.openClient("x");
      boolean hasVirtual = Runtime.version().feature() >= 21;
      if (hasVirtual) {
        count(cluster);
      }
      try (CounterLock lock = cluster.on("b").lockCounter("locked", Duration.ofMinutes(1))) {
        Map<String, Runnable> waits = new LinkedHashMap<>();
        for (String name : List.of("a", "x")) {
          CounterRegistry registry = cluster.on(name);
          waits.put("lock through " + name, () -> registry.increment("locked"));
        }
        block(waits, hasVirtual);
        if (lock.get() != 0) {
          System.out.println("WRONG a lock did not hold");
        }
      }
      String leader = cluster.leader();
      for (String name : List.of("a", "b", "c")) {
        if (!name.equals(leader)) {
          cluster.stop(name);
        }
      }
      CounterRegistry alone = cluster.on(leader);
      CounterRegistry client = cluster.on("x");
      Map<String, Runnable> waits = new LinkedHashMap<>();
      waits.put("in flight", () -> alone.increment("n"));
      waits.put("queued", () -> alone.compareAndSet("n", 0, 1));
      waits.put("all counters", alone::getAllCounters);
      waits.put("peek", () -> alone.peek("n"));
      waits.put("removal", () -> alone.remove("n"));
      waits.put("handle", () -> alone.counter("n").increment());
      waits.put("client", () -> client.increment("n"));
      waits.put("client, all counters", client::getAllCounters);
      block(waits, hasVirtual);
    }
    System.out.println("END");
    System.exit(0);
  }

  /** As many virtual callers as there may be, on one carrier: none is lost, none comes twice. */
  private static void count(TestCluster cluster) throws Exception {
    ExecutorService callers = virtual();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      CounterRegistry registry = cluster.on(i % 2 == 0 ? "a" : "x");
      all.add(callers.submit(() -> registry.increment("many")));
    }
    for (Future<?> one : all) {
      one.get(30, TimeUnit.SECONDS);
    }
    System.out.println("COUNTED " + cluster.on("b").get("many"));
  }

  private static void block(Map<String, Runnable> waits, boolean hasVirtual) throws Exception {
    List<Thread> threads = new ArrayList<>();
    waits.forEach(
        (what, wait) -> {
          Thread thread = new Thread(() -> quietly(wait), what);
          thread.setDaemon(true);
          thread.start();
          threads.add(thread);
        });
    for (Thread thread : threads) {
      TestCluster.await(thread.getName() + " to wait", () -> isWaiting(thread));
      ThreadInfo info =
          ManagementFactory.getThreadMXBean()
              .getThreadInfo(new long[] {thread.getId()}, true, false)[0];
      System.out.println(
          thread.getName() + " holds " + (info == null ? "?" : info.getLockedMonitors().length));
    }
    if (!hasVirtual) {
      return;
    }
    ExecutorService callers = virtual();
    Map<String, Future<?>> blocked = new LinkedHashMap<>();
    Map<String, Boolean> begun = new ConcurrentHashMap<>();
    waits.forEach(
        (what, wait) ->
            blocked.put(
                what,
                callers.submit(
                    () -> {
                      begun.put(what, true);
                      quietly(wait);
                    })));
    CountDownLatch probe = new CountDownLatch(1);
    callers.execute(probe::countDown);
    boolean isFree = probe.await(2, TimeUnit.SECONDS);
    blocked.forEach(
        (what, one) ->
            System.out.println(
                "virtual "
                    + what
                    + (isFree && begun.containsKey(what) && !one.isDone() ? " waits" : " PINS")));
  }

  private static boolean isWaiting(Thread thread) {
    return thread.getState() == Thread.State.TIMED_WAITING
        || thread.getState() == Thread.State.WAITING;
  }

  private static void quietly(Runnable wait) {
    try {
      wait.run();
    } catch (IllegalStateException e) {
      // The wait is what counts, not its end.
    }
  }

  /** By reflection, since the tests are compiled for Java 17. */
  private static ExecutorService virtual()
      throws NoSuchMethodException, IllegalAccessException, InvocationTargetException {
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }
}
