package io.sharedcounter.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import io.sharedcounter.http.PasswordHash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Requests a second over Jolokia: ours, with all its checks and a logged-in user, and a bare
 * handler, in turn in one run. The clients run in the same JVM and take their share of its
 * processors. Confined to one thread.
 */
public final class Throughput {
  private static final String OURS = "io.sharedcounter:type=CounterRegistry,namespace=default";
  private static final int BULK = 1_000;

  private final int rounds;
  private final long roundNanos;
  private final StringBuilder page = new StringBuilder();

  private Throughput(int rounds, long roundMillis) {
    this.rounds = rounds;
    roundNanos = TimeUnit.MILLISECONDS.toNanos(roundMillis);
  }

  /** Prints the table; arguments: how many rounds, of how many milliseconds. */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    System.out.print(new Throughput(rounds, Long.parseLong(args[1])).run());
  }

  private String run() throws Exception {
    Path users = Files.createTempFile("users", ".properties");
    Files.writeString(users, "alice = operator " + PasswordHash.of("secret".toCharArray()) + "\n");
    SharedCountersConfig config =
        SharedCountersConfig.builder().httpPort(0).httpUsers(users).build();
    try (SharedCounters counters = SharedCounters.open(config);
        BareJolokia bare = new BareJolokia()) {
      counters.namespace("default");
      int port = counters.jolokiaUrl().orElseThrow().getPort();
      String login =
          "Authorization: Basic "
              + Base64.getEncoder().encodeToString("alice:secret".getBytes(UTF_8))
              + "\r\n";
      byte[] one = LightClient.post("/jolokia", login, increment(OURS));
      byte[] bareOne = LightClient.post("/jolokia", "", increment(BareJolokia.MBEAN));
      byte[] bulk = LightClient.post("/jolokia", login, bulk(OURS));
      byte[] bareBulk = LightClient.post("/jolokia", "", bulk(BareJolokia.MBEAN));
      page.append("| | ours, a second | p50, us | p99, us | bare, a second | p50, us | p99, us");
      page.append(" | ratio |\n|---|---|---|---|---|---|---|---|\n");
      row("requests, 1 connection", 1, 1, port, one, bare.port(), bareOne);
      row("requests, 8 connections", 8, 1, port, one, bare.port(), bareOne);
      row("increments in bulks of 1,000, 1 connection", 1, BULK, port, bulk, bare.port(), bareBulk);
      row("the same, 8 connections", 8, BULK, port, bulk, bare.port(), bareBulk);
    } finally {
      Files.delete(users);
    }
    return page.toString();
  }

  private static String increment(String mbean) {
    return "{\"type\":\"exec\",\"mbean\":\""
        + mbean
        + "\",\"operation\":\"increment\",\"arguments\":[\"hits\"]}";
  }

  private static String bulk(String mbean) {
    return "[" + String.join(",", Collections.nCopies(BULK, increment(mbean))) + "]";
  }

  private void row(
      String what, int connections, int each, int port, byte[] request, int barePort, byte[] bare)
      throws Exception {
    List<Round> ours = new ArrayList<>();
    List<Round> theirs = new ArrayList<>();
    // The first two rounds of each warm up.
    for (int i = -2; i < rounds; i++) {
      Round first = round(connections, port, request);
      Round second = round(connections, barePort, bare);
      if (i >= 0) {
        ours.add(first);
        theirs.add(second);
      }
    }
    double[] ratios = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      ratios[i] = ours.get(i).rate / theirs.get(i).rate;
    }
    Arrays.sort(ratios);
    page.append(
        String.format(
            Locale.ROOT,
            "| %s | %s | %s | %.2f x (%.2f to %.2f) |%n",
            what,
            columns(ours, each),
            columns(theirs, each),
            ratios[rounds / 2],
            ratios[0],
            ratios[rounds - 1]));
  }

  private static String columns(List<Round> rounds, int each) {
    rounds.sort((a, b) -> Double.compare(a.rate, b.rate));
    Round middle = rounds.get(rounds.size() / 2);
    return String.format(
        Locale.ROOT, "%,.0f | %,d | %,d", middle.rate * each, middle.p50, middle.p99);
  }

  private record Round(double rate, long p50, long p99) {}

  private Round round(int connections, int port, byte[] request) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(connections);
    try {
      long start = System.nanoTime();
      List<Future<long[]>> running = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        running.add(clients.submit(() -> calls(port, request, start + roundNanos)));
      }
      List<long[]> latencies = new ArrayList<>();
      for (Future<long[]> one : running) {
        latencies.add(one.get(2, TimeUnit.MINUTES));
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      long[] all = latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
      return new Round(
          all.length / seconds,
          all[all.length / 2] / 1_000,
          all[(int) (all.length * 0.99)] / 1_000);
    } finally {
      clients.shutdownNow();
    }
  }

  private static long[] calls(int port, byte[] request, long until) throws Exception {
    long[] nanos = new long[1024];
    int count = 0;
    try (LightClient client = new LightClient(port)) {
      long before = System.nanoTime();
      do {
        client.call(request);
        long now = System.nanoTime();
        if (count == nanos.length) {
          nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = now - before;
        before = now;
      } while (before < until);
    }
    return Arrays.copyOf(nanos, count);
  }
}
