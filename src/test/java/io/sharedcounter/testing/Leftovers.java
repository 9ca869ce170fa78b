package io.sharedcounter.testing;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** What this library has left in the JVM at the moment of looking. Immutable. */
record Leftovers(Set<String> mBeans, Set<Thread> threads) {
  static Leftovers look() {
    Set<String> mBeans = new TreeSet<>();
    try {
      ManagementFactory.getPlatformMBeanServer()
          .queryNames(new ObjectName("io.sharedcounter*:*"), null)
          .forEach(name -> mBeans.add(name.toString()));
    } catch (MalformedObjectNameException e) {
      throw new AssertionError(e);
    }
    return new Leftovers(mBeans, liveThreads());
  }

  private static Set<Thread> liveThreads() {
    Set<Thread> ours = new HashSet<>(Thread.getAllStackTraces().keySet());
    ours.removeIf(thread -> !thread.getName().startsWith("sharedcounter-"));
    return ours;
  }

  boolean isEmpty() {
    return mBeans.isEmpty() && threads.isEmpty();
  }

  /** Gives threads that were told to end that time to do so, and says what is left after it. */
  List<String> describe(Duration dying) {
    List<String> found = new ArrayList<>();
    mBeans.forEach(name -> found.add("MBean " + name));
    long deadline = System.nanoTime() + dying.toNanos();
    for (Thread thread : threads) {
      if (!hasEnded(thread, deadline)) {
        found.add("thread " + thread.getName() + " at " + List.of(thread.getStackTrace()));
      }
    }
    return found;
  }

  private static boolean hasEnded(Thread thread, long deadline) {
    try {
      thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }
}
