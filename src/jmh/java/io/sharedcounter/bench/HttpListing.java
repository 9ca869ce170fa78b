package io.sharedcounter.bench;

import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import io.sharedcounter.core.CounterRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * All counters of a namespace over Jolokia, in a JVM whose heap is as small as it is said to need:
 * by one getAllCounters, by eight at once, and page by page. Confined to one thread.
 */
public final class HttpListing {
  private static final int CLIENTS = 8;

  private HttpListing() {}

  /** Prints a table; arguments: how many rounds, then how many counters, one or more. */
  public static void main(String[] args) throws Exception {
    System.out.print(head());
    for (int i = 1; i < args.length; i++) {
      System.out.println(row(Integer.parseInt(args[i]), Integer.parseInt(args[0])));
    }
  }

  private static String head() {
    return "| counters | largest heap, MB | getAllCounters, ms (the first) | MB of JSON | "
        + CLIENTS
        + " at once, ms each | page of 10,000, ms (the first) | all pages, ms |\n"
        + "|---|---|---|---|---|---|---|\n";
  }

  private static String row(int size, int rounds) throws Exception {
    SharedCountersConfig config = SharedCountersConfig.builder().httpPort(0).build();
    try (SharedCounters counters = SharedCounters.open(config)) {
      CounterRegistry registry = counters.namespace("default");
      Growth.forEachName(size, registry::increment);
      int port = counters.jolokiaUrl().orElseThrow().getPort();
      String listed = listed(port, rounds);
      String pages = pages(port, size);
      return String.format(
          Locale.ROOT,
          "| %,d | %d | %s | %s |",
          size,
          Runtime.getRuntime().maxMemory() >> 20,
          listed,
          pages);
    }
  }

  private static String listed(int port, int rounds) throws Exception {
    byte[] request = exec("getAllCounters", "");
    long[] times = new long[rounds];
    long bytes = 0;
    try (LightClient client = new LightClient(port)) {
      for (int i = 0; i < rounds; i++) {
        long start = System.nanoTime();
        try {
          bytes = client.call(request);
        } catch (IllegalStateException refused) {
          return String.format(
              Locale.ROOT,
              "refused in %.1f: %s | | ",
              (System.nanoTime() - start) / 1e6,
              refused.getMessage().replaceAll(".*\"error\":\"|\",\".*", ""));
        }
        times[i] = System.nanoTime() - start;
      }
    }
    long first = times[0];
    Arrays.sort(times);
    return String.format(
        Locale.ROOT,
        "%.0f (%.0f) | %.1f | %.0f",
        times[rounds / 2] / 1e6,
        first / 1e6,
        bytes / 1e6,
        atOnce(port, request, rounds) / 1e6);
  }

  private static double atOnce(int port, byte[] request, int rounds) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      long start = System.nanoTime();
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        running.add(
            clients.submit(
                () -> {
                  try (LightClient client = new LightClient(port)) {
                    for (int round = 0; round < rounds; round++) {
                      client.call(request);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get(5, TimeUnit.MINUTES);
      }
      return (System.nanoTime() - start) / (double) rounds;
    } finally {
      clients.shutdownNow();
    }
  }

  private static String pages(int port, int size) throws Exception {
    long start = System.nanoTime();
    long first = 0;
    List<Long> times = new ArrayList<>();
    try (LightClient client = new LightClient(port)) {
      for (int from = 0; from < size; from += CounterRegistry.MAX_PAGE) {
        String after = from == 0 ? "" : Growth.name(from - 1);
        long before = System.nanoTime();
        client.call(exec("findCounters", "\"\",\"" + after + "\"," + CounterRegistry.MAX_PAGE));
        long time = System.nanoTime() - before;
        first = times.isEmpty() ? time : first;
        times.add(time);
      }
    }
    long all = System.nanoTime() - start;
    times.sort(null);
    return String.format(
        Locale.ROOT,
        "%.0f (%.0f) | %.0f",
        times.get(times.size() / 2) / 1e6,
        first / 1e6,
        all / 1e6);
  }

  private static byte[] exec(String operation, String arguments) {
    return LightClient.post(
        "/jolokia?includeRequest=false",
        "",
        "{\"type\":\"exec\",\"mbean\":\"io.sharedcounter:type=CounterRegistry,namespace=default\","
            + "\"operation\":\""
            + operation
            + "\",\"arguments\":["
            + arguments
            + "]}");
  }
}
