package io.sharedcounter.bench;

import static io.sharedcounter.bench.Growth.forEachName;
import static io.sharedcounter.bench.Growth.processorTime;
import static io.sharedcounter.bench.Growth.put;
import static io.sharedcounter.bench.Growth.time;

import io.sharedcounter.NamespaceConfig;
import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import io.sharedcounter.core.CounterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;

/**
 * What opening, closing and registering cost as counters and namespaces grow in number. Stateless,
 * thread-safe.
 */
final class GrowthWithFaces {
  // More MBeans than this nobody registers, and the heap would be what is measured.
  private static final int MOST_MBEANS = 100_000;

  private GrowthWithFaces() {}

  static String table(int[] sizes) throws IOException {
    Map<String, Map<Integer, Double>> rows = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      mBeans(rows, 1_000); // Warms up.
      kept(rows, 1_000);
    }
    rows.clear();
    for (int size : sizes) {
      for (int i = 0; i < Math.max(2, Math.min(10, 100_000 / size)); i++) {
        mBeans(rows, Math.min(size, MOST_MBEANS));
        kept(rows, size);
      }
    }
    return Growth.table("With MBeans and a file, nanoseconds a counter", rows, sizes, true);
  }

  private static void mBeans(Map<String, Map<Integer, Double>> rows, int size) {
    MBeanServer server = MBeanServerFactory.newMBeanServer();
    SharedCounters counters =
        SharedCounters.open(
            SharedCountersConfig.builder()
                .mBeanServer(server)
                .namespace(NamespaceConfig.builder("orders").counterMBeans(size).build())
                .build());
    CounterRegistry registry = counters.namespace("orders");
    put(
        rows,
        "create, with an MBean each",
        size,
        processorTime(() -> forEachName(size, registry::get)));
    put(
        rows,
        "remove, with its MBean",
        size,
        processorTime(() -> forEachName(size, registry::remove)));
    forEachName(size, registry::get);
    put(rows, "close, all MBeans unregistered", size, processorTime(counters::close));
    MBeanServer other = MBeanServerFactory.newMBeanServer();
    put(
        rows,
        "(a plain MBean each, registered)",
        size,
        processorTime(
            () -> forEachName(size, name -> RegistrationBenchmark.registerPlain(other, name))));
  }

  private static void kept(Map<String, Map<Integer, Double>> rows, int size) throws IOException {
    Path directory = Files.createTempDirectory(Path.of("target"), "growth");
    SharedCountersConfig config =
        SharedCountersConfig.builder()
            .jmx(false)
            .dataDirectory(directory)
            .namespace(NamespaceConfig.builder("orders").snapshotEvery(Duration.ofHours(1)).build())
            .build();
    SharedCounters first = SharedCounters.open(config);
    forEachName(size, first.namespace("orders")::get);
    put(rows, "close, which writes the snapshot", size, time(first::close));
    long start = System.nanoTime();
    SharedCounters second = SharedCounters.open(config);
    put(rows, "start, which reads it", size, System.nanoTime() - start);
    put(rows, "close, nothing changed", size, time(second::close));
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  static String namespaces(int[] sizes) {
    Map<String, Map<Integer, Double>> rows = new LinkedHashMap<>();
    for (int i = 0; i < 200; i++) {
      namespaces(rows, 10); // Warms up.
    }
    rows.clear();
    for (int size : sizes) {
      for (int i = 0; i < Math.max(5, 300 / size); i++) {
        namespaces(rows, size);
      }
      heap(rows, size);
    }
    return Growth.table("Namespaces with MBeans, nanoseconds a namespace", rows, sizes, true);
  }

  private static void namespaces(Map<String, Map<Integer, Double>> rows, int size) {
    SharedCountersConfig.Builder config =
        SharedCountersConfig.builder().mBeanServer(MBeanServerFactory.newMBeanServer());
    List<String> names = Stream.iterate(0, i -> i + 1).limit(size).map(i -> "n" + i).toList();
    names.forEach(name -> config.namespace(NamespaceConfig.builder(name).build()));
    SharedCountersConfig built = config.build();
    SharedCounters[] opened = new SharedCounters[1];
    put(rows, "start", size, processorTime(() -> opened[0] = SharedCounters.open(built)));
    SharedCounters counters = opened[0];
    Runnable step = () -> names.forEach(name -> counters.namespace(name).increment("hits"));
    put(rows, "create one counter in each", size, processorTime(step));
    put(rows, "increment it, all by name", size, processorTime(step));
    put(rows, "close", size, processorTime(counters::close));
  }

  private static void heap(Map<String, Map<Integer, Double>> rows, int size) {
    long before = Growth.usedHeap();
    try (SharedCounters counters =
        SharedCounters.open(
            SharedCountersConfig.builder()
                .mBeanServer(MBeanServerFactory.newMBeanServer())
                .build())) {
      for (int i = 0; i < size; i++) {
        counters.namespace("n" + i);
      }
      put(rows, "heap, bytes", size, Math.max(1, Growth.usedHeap() - before));
    }
  }
}
