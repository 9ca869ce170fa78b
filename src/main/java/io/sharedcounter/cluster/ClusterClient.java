package io.sharedcounter.cluster;

import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.Recorder;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * This process as a client of a cluster: it sends to the members' leader, keeps nothing, and has
 * neither a directory nor a port. Thread-safe.
 */
final class ClusterClient implements Cluster, Channel {
  private static final Logger LOG = System.getLogger(ClusterClient.class.getName());
  private static final long TICK_MILLIS = 200;
  private static final String NO_LEADER = "no leader: no majority of the members can be reached";

  /** Where to look for the leader next, in ticks, while there is one: it may have moved. */
  private static final int TICKS_TO_LOOK = 25;

  private final ClusterSettings settings;
  private final LeaderLink link;
  private final Membership membership;
  private final Sequencer sequencer;
  private final ScheduledExecutorService ticker;
  private final Listeners listeners = new Listeners();
  private volatile Optional<RaftPeerId> leader = Optional.empty();
  private volatile String state = "starting";
  private int ticks;

  /** Starts the client; see {@link Cluster#open}. */
  ClusterClient(ClusterSettings settings) {
    this.settings = settings;
    settings.checkFiles();
    RaftSettings.tame();
    this.link = new LeaderLink(settings, ClusterMember.ATTEMPT.toMillis());
    this.membership = new Membership(settings, link);
    this.sequencer =
        new Sequencer(
            settings.label(),
            this,
            InstantSource.system(),
            settings.timeout(),
            ClusterMember.ATTEMPT,
            ClusterMember.PAUSE);
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "sharedcounter-ticker-" + settings.label());
              thread.setDaemon(true);
              return thread;
            });
    var unused = ticker.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      if (leader.isEmpty() || ++ticks % TICKS_TO_LOOK == 0) {
        leader = membership.findLeader();
      }
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "[cluster] looking for the leader again", e);
    }
    String now = leader.isPresent() ? Ledger.OK : NO_LEADER;
    if (!now.equals(state)) {
      LOG.log(Level.INFO, "[cluster] state of this client: {0}", now);
      state = now;
      listeners.tellState(state());
    }
  }

  @Override
  public boolean hasLeader() {
    return leader.isPresent();
  }

  @Override
  public CompletableFuture<byte[]> submit(byte[] entry) {
    Optional<RaftPeerId> to = leader;
    if (to.isEmpty()) {
      return CompletableFuture.failedFuture(new IOException("no leader"));
    }
    return link.send(to.get(), entry).whenComplete((reply, error) -> forgetIfFailed(to, error));
  }

  private void forgetIfFailed(
      Optional<RaftPeerId> asked, @org.jspecify.annotations.Nullable Throwable error) {
    if (error != null && leader.equals(asked)) {
      leader = Optional.empty();
    }
  }

  @Override
  public void noReply() {
    leader.ifPresent(link::reset);
    leader = Optional.empty();
  }

  /**
   * Asks the leader for counters that are not older than that log index.
   *
   * @throws NotAppliedException if no answer can be had
   */
  Page ask(Question question, long minIndex) {
    String why = NO_LEADER;
    Optional<RaftPeerId> to = leader;
    if (to.isPresent()) {
      try {
        return Page.decode(
            link.ask(to.get(), question.encode(), minIndex)
                .get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        why = "interrupted while reading";
      } catch (ExecutionException | TimeoutException e) {
        why = "the leader '" + to.get() + "' did not answer";
        LOG.log(Level.DEBUG, "[cluster] " + why, e);
      }
    }
    throw new NotAppliedException("Not applied: " + why);
  }

  /** Does something a little later. */
  void later(Runnable task, long millis) {
    if (!ticker.isShutdown()) {
      var unused = ticker.schedule(task, millis, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public Ledger ledger(CounterSettings namespace) {
    return new ClientLedger(namespace, this, sequencer, listeners);
  }

  @Override
  public void record(String namespace, Recorder recorder) {
    throw new IllegalStateException("a client applies nothing that could be recorded");
  }

  @Override
  public boolean hasReplica() {
    return false;
  }

  @Override
  public String state() {
    return state.equals(Ledger.OK)
        ? "OK; a client without a replica: no MBeans of single counters"
        : state;
  }

  @Override
  public Map<String, Long> numbers() {
    Map<String, Long> numbers = new TreeMap<>();
    sequencer.count(numbers);
    return numbers;
  }

  @Override
  public Map<String, List<String>> texts() {
    return Map.of(
        "Role", List.of("CLIENT"),
        "Leader", List.of(leader.map(RaftPeerId::toString).orElse("")),
        "State", List.of(state()),
        "Peers",
            settings.peers().entrySet().stream()
                .map(
                    peer ->
                        peer.getKey()
                            + "@"
                            + peer.getValue().getHostString()
                            + ":"
                            + peer.getValue().getPort())
                .toList());
  }

  @Override
  public Map<String, String> describe() {
    return membership.describe();
  }

  @Override
  public void addPeer(String peer) {
    membership.add(peer);
  }

  @Override
  public void removePeer(String name) {
    membership.remove(name);
  }

  @Override
  public void transferLeadership(String name) {
    membership.transfer(name);
  }

  @Override
  public void snapshotNow() {
    throw new IllegalStateException("a client keeps nothing; ask a member for a snapshot");
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    sequencer.close();
    link.close();
  }
}
