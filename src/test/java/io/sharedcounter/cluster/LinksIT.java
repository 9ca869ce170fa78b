package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.cluster.Linearizable.Step;
import io.sharedcounter.cluster.LinearizableTest.Gen;
import io.sharedcounter.core.Reply.Outcome;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three members whose links are cut and healed at random, each direction for itself, while all
 * kinds of operations run: the history of each counter must be linearizable.
 */
class LinksIT {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir private Path directory;
  private final Map<String, LinkProxy> links = new LinkedHashMap<>();
  private final Map<String, ClusterMember> members = new LinkedHashMap<>();
  private volatile boolean isOver;

  @AfterEach
  void close() {
    isOver = true;
    members.values().forEach(ClusterMember::close);
    links.values().forEach(LinkProxy::close);
  }

  @Test
  @Tag("proof")
  void noCutLinkMakesAnyOperationLostDoubledOrOld() throws Exception {
    String what = run(false);
    assertTrue(what.startsWith("0 wrong"), what);
  }

  @Test
  @Tag("long")
  void readsFromTheOwnReplicaWouldBeFound() throws Exception {
    String what = run(true);
    assertTrue(!what.startsWith("0 wrong"), what);
  }

  private String run(boolean readsLocally) throws Exception {
    boolean isLong = "long".equals(System.getProperty("sharedcounter.proof"));
    long seed = Long.getLong("sharedcounter.seed", System.nanoTime());
    long seconds = Long.getLong("sharedcounter.seconds", isLong && !readsLocally ? 600 : 6);
    start();
    Map<String, List<Step>> histories = new ConcurrentHashMap<>();
    ExecutorService callers = Executors.newFixedThreadPool(6);
    List<String> faults = new ArrayList<>();
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        ClusterMember member = members.get(NAMES.get(i % 3));
        Random random = new Random(seed + i);
        String token = "t" + i;
        done.add(callers.submit(() -> work(member, random, token, readsLocally, histories)));
      }
      Random random = new Random(seed);
      long term = term();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      while (System.nanoTime() < end) {
        // The first cut is long and around the leader: so there is another one.
        faults.add(fault(random, faults.isEmpty()));
        pause(faults.size() == 1 ? 3_000 : 500 + random.nextInt(2_500));
        links.values().forEach(link -> link.cut(false));
        pause(random.nextInt(1_500));
      }
      assertTrue(term() > term, "no cut made the members elect another leader");
      int healed = size(histories);
      TestCluster.await("operations after the last cut", () -> size(histories) > healed + 20);
      isOver = true;
      for (Future<?> one : done) {
        one.get(30, TimeUnit.SECONDS);
      }
    } finally {
      isOver = true;
      callers.shutdownNow();
    }
    List<String> wrong =
        histories.entrySet().stream()
            .filter(history -> !Linearizable.check(List.copyOf(history.getValue())))
            .map(history -> history.getKey() + ": " + history.getValue())
            .toList();
    String what =
        wrong.size()
            + " wrong of "
            + histories.size()
            + " counters, "
            + size(histories)
            + " operations, "
            + unknowns(histories)
            + " unknown; seed "
            + seed
            + ", faults "
            + faults
            + " "
            + wrong.stream().findFirst().orElse("");
    System.getLogger("io.sharedcounter.test").log(System.Logger.Level.INFO, what);
    assertTrue(size(histories) > 100, what);
    return what;
  }

  /** Begins the cluster without proxies, then lets each member see the others through its own. */
  private void start() {
    TestCluster plain = new TestCluster(directory, "a", "b", "c");
    try (plain) {
      plain.begin();
    }
    for (String from : NAMES) {
      Map<String, InetSocketAddress> peers = new LinkedHashMap<>();
      for (String to : NAMES) {
        int port = plain.peers().get(to).getPort();
        if (!from.equals(to)) {
          LinkProxy link = new LinkProxy(port);
          links.put(from + ">" + to, link);
          port = link.port();
        }
        peers.put(to, InetSocketAddress.createUnresolved("127.0.0.1", port));
      }
      ClusterSettings own = plain.settings(from, Start.AGAIN);
      ClusterSettings through =
          new ClusterSettings(peers, own.timeout(), Optional.empty(), own.member());
      members.put(from, (ClusterMember) Cluster.open(through));
    }
    TestCluster.await(
        "a leader", () -> members.values().stream().anyMatch(m -> m.node().isLeader()));
  }

  private long term() {
    return members.values().stream()
        .mapToLong(member -> member.numbers().getOrDefault("Term", 0L))
        .max()
        .orElseThrow();
  }

  private String fault(Random random, boolean isLeaders) {
    String name = NAMES.get(random.nextInt(3));
    if (random.nextInt(3) == 0 && !isLeaders) {
      // One direction of one link.
      List<String> all = new ArrayList<>(links.keySet());
      String link = all.get(random.nextInt(all.size()));
      links.get(link).cut(true);
      return link;
    }
    if (isLeaders || random.nextBoolean()) {
      // The leader more often than its share: that is where it hurts.
      name =
          members.entrySet().stream()
              .filter(member -> member.getValue().node().isLeader())
              .map(Map.Entry::getKey)
              .findFirst()
              .orElse(name);
    }
    for (Map.Entry<String, LinkProxy> link : links.entrySet()) {
      if (link.getKey().contains(name)) {
        link.getValue().cut(true);
      }
    }
    return "all of " + name;
  }

  private void work(
      ClusterMember member,
      Random random,
      String token,
      boolean readsLocally,
      Map<String, List<Step>> histories) {
    while (!isOver) {
      // A counter for a while: a history is searched as a whole.
      String name =
          "k" + TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) / 400 + random.nextInt(2);
      Request request = Gen.next(random, name, token);
      Step step =
          readsLocally && request.code() == Code.PEEK
              ? readLocally(member, request)
              : Gen.ask(member.sequencer(), request);
      Gen.add(histories, step);
      pause(3);
    }
  }

  private static Step readLocally(ClusterMember member, Request request) {
    long start = System.nanoTime();
    OptionalLong value =
        member
            .replica()
            .read(
                state -> {
                  var content = state.namespaces().get(request.namespace());
                  var counter = content == null ? null : content.counters().get(request.name());
                  return counter == null ? OptionalLong.empty() : OptionalLong.of(counter.value());
                });
    Outcome outcome = value.isPresent() ? Outcome.DONE : Outcome.MISSING;
    return new Step(
        request, start, System.nanoTime(), Optional.of(Answer.plain(outcome, value.orElse(0))));
  }

  private static int size(Map<String, List<Step>> histories) {
    return histories.values().stream().mapToInt(List::size).sum();
  }

  private static long unknowns(Map<String, List<Step>> histories) {
    return histories.values().stream()
        .flatMap(history -> List.copyOf(history).stream())
        .filter(step -> step.answer().isEmpty())
        .count();
  }

  private static void pause(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long rest; (rest = end - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(rest);
    }
  }
}
