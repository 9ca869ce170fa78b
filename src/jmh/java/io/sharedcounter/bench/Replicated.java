package io.sharedcounter.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Measures replicated namespaces in three JVMs beside Ratis with one entry an increment and Redis
 * with one replica and WAIT 1, in turns within one run; then the gap when leaders are killed, a
 * restart and a snapshot with many counters, and what an idle member costs. Prints Markdown.
 *
 * <p>Arguments: rounds (default 5), milliseconds of each turn (3000), kills (20), counters of the
 * restart (1000000), a folder on the disk that matters ({@code target}). Confined to one thread.
 */
public final class Replicated {
  private static final String[] NAMES = {"a", "b", "c"};

  private final Path folder;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final String peers;
  private final Class<?> main;

  private Replicated(Path folder, Class<?> main) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.main = main;
    List<String> all = new ArrayList<>();
    for (String name : NAMES) {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        all.add(name + "@127.0.0.1:" + free.getLocalPort());
      }
    }
    peers = String.join(",", all);
  }

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    long millis = args.length > 1 ? Long.parseLong(args[1]) : 3_000;
    int kills = args.length > 2 ? Integer.parseInt(args[2]) : 20;
    int counters = args.length > 3 ? Integer.parseInt(args[3]) : 1_000_000;
    Path parent = Files.createDirectories(Path.of(args.length > 4 ? args[4] : "target"));
    Path folder = Files.createTempDirectory(parent, "replicated");
    System.out.printf(
        "Java %s, %d processors, %d rounds of %d ms%n%n",
        Runtime.version(), Runtime.getRuntime().availableProcessors(), rounds, millis);
    try {
      compare(folder, rounds, millis);
      Replicated ours = new Replicated(folder.resolve("faults"), ReplicatedNode.class);
      try {
        ours.startAll();
        ours.idle();
        ours.kills(kills);
        ours.restart(counters);
      } finally {
        ours.stopAll();
      }
    } finally {
      Durable.delete(folder);
    }
  }

  private static void compare(Path folder, int rounds, long millis) throws Exception {
    Replicated ours = new Replicated(folder.resolve("ours"), ReplicatedNode.class);
    Replicated raw = new Replicated(folder.resolve("raw"), RawRatisNode.class);
    Map<String, List<double[]>> found = new LinkedHashMap<>();
    try (RedisPair redis = new RedisPair(folder.resolve("redis"))) {
      ours.startAll();
      raw.startAll();
      // The first round warms up: its turns are longer, since a compiler that has not come to an
      // end takes as much of two processors as what is measured.
      for (int round = 0; round <= rounds; round++) {
        for (int callers : new int[] {64, 1}) {
          String load = "load " + callers + " " + (round == 0 ? 5 * millis : millis);
          Map<String, String> said = new LinkedHashMap<>();
          said.put("ours, at the leader", ours.leader().ask(load + " writes"));
          said.put("ours, at a follower", ours.follower().ask(load + " writes"));
          said.put("ours, reads at a follower", ours.follower().ask(load + " reads"));
          said.put("Ratis, one entry each, at the leader", raw.leader().ask(load + " writes"));
          said.put("Redis, one replica, WAIT 1", redis(redis, callers, millis));
          for (var one : said.entrySet()) {
            List<double[]> all =
                found.computeIfAbsent(
                    "| " + one.getKey() + " | " + callers, key -> new ArrayList<>());
            if (round > 0) {
              all.add(
                  Arrays.stream(one.getValue().split(" "))
                      .mapToDouble(Double::parseDouble)
                      .toArray());
            }
          }
        }
      }
    } finally {
      ours.stopAll();
      raw.stopAll();
    }
    System.out.println("| | callers | operations/s | p50 ms | p99 ms |");
    System.out.println("|---|---|---|---|---|");
    found.forEach(
        (what, all) ->
            System.out.printf(
                Locale.ROOT,
                "%s | %,.0f | %.2f | %.2f |%n",
                what,
                median(all, 0),
                median(all, 1),
                median(all, 2)));
    System.out.println();
  }

  private static String redis(RedisPair redis, int callers, long millis) throws Exception {
    List<RedisPair.Caller> connections = new ArrayList<>();
    ThreadLocal<RedisPair.Caller> own = new ThreadLocal<>();
    for (int i = 0; i < callers; i++) {
      connections.add(redis.caller());
    }
    List<RedisPair.Caller> free = new ArrayList<>(connections);
    IntConsumer call =
        number -> {
          if (own.get() == null) {
            synchronized (free) {
              own.set(free.remove(0));
            }
          }
          own.get().accept(number);
        };
    String text = new ReplicatedNode.Measured(callers, millis, call).text();
    for (RedisPair.Caller connection : connections) {
      connection.close();
    }
    return text;
  }

  private static double median(List<double[]> all, int at) {
    double[] sorted = all.stream().mapToDouble(one -> one[at]).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private void idle() throws Exception {
    leader();
    // Until nothing of the start is left to be compiled.
    TimeUnit.SECONDS.sleep(60);
    for (Node node : nodes.values()) {
      long before = Long.parseLong(node.ask("cpu"));
      TimeUnit.SECONDS.sleep(10);
      double share = (Long.parseLong(node.ask("cpu")) - before) / 10e9;
      System.out.printf(
          Locale.ROOT,
          "idle member, %s: %.1f %% of a core, %.1f MB of heap%n",
          node.ask("leader").equals("true") ? "leader" : "follower",
          share * 100,
          Long.parseLong(node.ask("heap")) / 1e6);
    }
  }

  /** Every member has been at work before a leader is killed, as it would have been in use. */
  private void kills(int kills) throws Exception {
    List<Double> gaps = new ArrayList<>();
    for (int i = 0; i < kills; i++) {
      for (Node node : nodes.values()) {
        node.ask("load 8 3000 writes");
      }
      Node leader = leader();
      Node caller = follower();
      caller.send("load 8 6000 writes");
      TimeUnit.SECONDS.sleep(2);
      leader.process.destroyForcibly().waitFor();
      String[] said = caller.answer().split(" ");
      gaps.add(Double.parseDouble(said[3]));
      start(leader.name);
      leader();
    }
    gaps.sort(null);
    if (!gaps.isEmpty()) {
      System.out.printf(
          Locale.ROOT,
          "leader killed %d times, longest wait of a caller: p50 %.0f ms, p90 %.0f ms, max %.0f ms%n",
          kills,
          gaps.get(gaps.size() / 2),
          gaps.get((gaps.size() * 9 - 1) / 10),
          gaps.get(gaps.size() - 1));
    }
  }

  private void restart(int counters) throws Exception {
    leader().ask("fill " + counters);
    String quiet = leader().ask("load 8 4000 writes");
    for (Node node : nodes.values()) {
      node.ask("snapshot");
    }
    String busy = leader().ask("load 8 4000 writes");
    System.out.printf(
        Locale.ROOT,
        "%d counters, longest wait of a caller: %s ms without, %s ms while snapshots are written%n",
        counters,
        quiet.split(" ")[3],
        busy.split(" ")[3]);
    stopAll();
    long start = System.nanoTime();
    startAll();
    Node node = nodes.get("a");
    node.ask("first");
    System.out.printf(
        Locale.ROOT,
        "restart of all three with %d counters, to the first answer: %.1f s%n",
        counters,
        (System.nanoTime() - start) / 1e9);
  }

  private void startAll() throws IOException {
    for (String name : NAMES) {
      start(name);
    }
  }

  private void start(String name) throws IOException {
    nodes.put(name, new Node(name, main, peers, folder));
  }

  private void stopAll() throws InterruptedException {
    for (Node node : nodes.values()) {
      node.process.destroyForcibly().waitFor();
    }
    nodes.clear();
  }

  private Node leader() throws Exception {
    for (int i = 0; i < 600; i++) {
      for (Node node : nodes.values()) {
        if (node.ask("leader").equals("true")) {
          return node;
        }
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IOException("no leader within a minute");
  }

  private Node follower() throws Exception {
    Node leader = leader();
    return nodes.values().stream().filter(node -> node != leader).findFirst().orElseThrow();
  }

  /** A member's process. Confined to one thread. */
  private static final class Node {
    final String name;
    final Process process;
    private final BufferedReader in;
    private final Path log;

    Node(String name, Class<?> main, String peers, Path folder) throws IOException {
      this.name = name;
      log = folder.resolve("log-" + name);
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx400m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  main.getName(),
                  name,
                  peers,
                  folder.resolve(name).toString())
              .redirectError(log.toFile())
              .start();
      in = process.inputReader(StandardCharsets.UTF_8);
    }

    void send(String command) throws IOException {
      OutputStream out = process.getOutputStream();
      out.write((command + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    String answer() throws IOException, InterruptedException {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("= ")) {
          return line.substring(2);
        }
      }
      throw new IOException(
          "member " + name + " has ended with " + process.waitFor() + ": " + Files.readString(log));
    }

    String ask(String command) throws IOException, InterruptedException {
      send(command);
      return answer();
    }
  }
}
