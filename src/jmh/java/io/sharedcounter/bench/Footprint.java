package io.sharedcounter.bench;

import com.codahale.metrics.MetricRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.prometheus.metrics.core.metrics.Counter;
import io.sharedcounter.core.CounterRegistry;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;

/**
 * Heap a counter, ours beside the peers, each with its name of 26 characters, after one increment.
 * Prints a Markdown table; argument: how many counters. Confined to one thread.
 */
public final class Footprint {
  private Footprint() {}

  /** Measures and prints. */
  public static void main(String[] args) {
    int size = Integer.parseInt(args[0]);
    Map<String, Supplier<Object>> kinds = new LinkedHashMap<>();
    kinds.put("sharedCounter", () -> ours(size));
    kinds.put("mapOfAtomicLong", () -> atomicLongs(size));
    kinds.put("mapOfLongAdder", () -> adders(size));
    kinds.put("dropwizard", () -> dropwizard(size));
    kinds.put("micrometer", () -> micrometer(size));
    kinds.put("prometheus", () -> prometheus(size));
    int offHeap = CountersManager.METADATA_LENGTH + CountersManager.COUNTER_LENGTH;
    kinds.put("agrona, and " + offHeap + " off the heap", () -> agrona(size));
    System.out.printf(Locale.ROOT, "| heap of %,d counters | bytes a counter |%n", size);
    System.out.println("|---|---|");
    kinds.forEach(
        (kind, make) -> {
          make.get(); // Once before, so that classes and constants are not counted.
          long before = Growth.usedHeap();
          Object made = make.get();
          long heap = Growth.usedHeap() - before;
          System.out.printf(Locale.ROOT, "| %s | %d |%n", kind, heap / size);
          java.lang.ref.Reference.reachabilityFence(made);
        });
  }

  private static Object ours(int size) {
    CounterRegistry registry = Growth.registry("footprint");
    Growth.forEachName(size, registry::increment);
    return registry;
  }

  private static Object atomicLongs(int size) {
    Map<String, AtomicLong> map = new ConcurrentHashMap<>();
    Growth.forEachName(
        size, n -> map.computeIfAbsent(n, absent -> new AtomicLong()).incrementAndGet());
    return map;
  }

  private static Object adders(int size) {
    Map<String, LongAdder> map = new ConcurrentHashMap<>();
    Growth.forEachName(size, n -> map.computeIfAbsent(n, absent -> new LongAdder()).increment());
    return map;
  }

  private static Object dropwizard(int size) {
    MetricRegistry registry = new MetricRegistry();
    Growth.forEachName(size, n -> registry.counter(n).inc());
    return registry;
  }

  private static Object micrometer(int size) {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Growth.forEachName(size, n -> registry.counter(n).increment());
    return registry;
  }

  private static Object prometheus(int size) {
    Counter counter = Counter.builder().name("n").labelNames("name").build();
    Growth.forEachName(size, n -> counter.labelValues(n).inc());
    return counter;
  }

  private static Object agrona(int size) {
    UnsafeBuffer labels =
        new UnsafeBuffer(ByteBuffer.allocateDirect(size * CountersManager.METADATA_LENGTH));
    UnsafeBuffer values =
        new UnsafeBuffer(ByteBuffer.allocateDirect(size * CountersManager.COUNTER_LENGTH));
    CountersManager manager = new CountersManager(labels, values);
    Map<String, AtomicCounter> counters = new ConcurrentHashMap<>();
    Growth.forEachName(size, n -> counters.put(n, manager.newCounter(n)));
    return new Object[] {manager, counters};
  }
}
