package io.sharedcounter.cluster;

import io.sharedcounter.cluster.ClusterSettings.Member;
import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.Recorder;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * This process as a member of a cluster: the parts that all its replicated namespaces share.
 * Thread-safe.
 */
final class ClusterMember implements Cluster {
  static final Duration ATTEMPT = Duration.ofSeconds(2);
  static final Duration PAUSE = Duration.ofMillis(20);
  private static final Logger LOG = System.getLogger(ClusterMember.class.getName());
  private static final long TICK_MILLIS = 100;

  /** How long Ratis stays silent once there is a leader: the last members may not be up yet. */
  private static final int TICKS_OF_SILENCE = 50;

  private final ClusterSettings settings;
  private final Member member;
  private final Replica replica;
  private final CounterStateMachine machine;
  private final RaftNode node;
  private final Membership membership;
  private final MemberHealth health;
  private final Sequencer sequencer;
  private final ScheduledExecutorService ticker;
  private final LeaseWatch leases;
  private Optional<Founding> founding = Optional.empty();
  private volatile boolean isSilent;
  private int calmTicks;

  /** Starts the member; see {@link Cluster#open}. */
  ClusterMember(ClusterSettings settings, Member member, Map<String, Recorder> recorders) {
    this.settings = settings;
    this.member = member;
    this.replica = new Replica(member.node());
    recorders.forEach(replica::record);
    this.machine = new CounterStateMachine(replica, () -> {});
    try {
      this.node = new RaftNode(settings, member, machine, ATTEMPT.toMillis());
    } catch (RuntimeException | Error e) {
      replica.close();
      throw e;
    }
    this.membership = new Membership(settings, node.link());
    this.health = new MemberHealth(node, machine, replica, member.directory());
    this.sequencer =
        new Sequencer(
            settings.label(), node, InstantSource.system(), settings.timeout(), ATTEMPT, PAUSE);
    this.leases = new LeaseWatch(replica, node::isLeader, sequencer::tell, System::nanoTime);
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "sharedcounter-ticker-" + settings.label());
              thread.setDaemon(true);
              return thread;
            });
    if (node.isNew()) {
      isSilent = true;
      founding = Optional.of(new Founding(settings, member, node.link(), node::takesPart));
      try {
        if (member.start() == Start.BOOTSTRAP) {
          recorders.forEach(ClusterMember::refuseForeign);
        }
        found(true);
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
    }
    var unused =
        ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Log indexes start again: what the record calls known would be others' transactions. */
  private static void refuseForeign(String namespace, Recorder recorder) {
    if (recorder.recorded() >= 0) {
      throw new IllegalStateException(
          "namespace '"
              + namespace
              + "': its record goes up to log index "
              + recorder.recorded()
              + " of an earlier cluster, and cluster.directory is empty; move the record away, with"
              + " its -mark, -wal and -shm, or bring the directory back");
    }
  }

  private void tick() {
    try {
      found(false);
      endSilence();
      leases.tick();
      if (machine.failure().isPresent() && node.isUp()) {
        node.stop();
      }
      health.check();
    } catch (RuntimeException e) {
      if (node.isUp()) {
        LOG.log(Level.WARNING, "[cluster] watching this member failed; going on", e);
      }
    }
  }

  /** Takes part in a cluster as soon as that is safe. */
  private void found(boolean isStart) {
    if (founding.isEmpty()) {
      return;
    }
    Optional<String> waiting;
    try {
      waiting = founding.get().step();
    } catch (IllegalArgumentException e) {
      if (isStart) {
        throw e;
      }
      waiting = Optional.of("refused: " + e.getMessage());
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "[cluster] looking again", e);
      return;
    }
    health.waitFor(waiting);
    if (waiting.isEmpty()) {
      founding = Optional.empty();
    }
  }

  /** While members begin they ask each other too early, and Ratis writes that down at length. */
  private void endSilence() {
    boolean hasBegun = member.start() == Start.JOIN || node.hasLeader();
    calmTicks = founding.isEmpty() && hasBegun ? calmTicks + 1 : 0;
    if (isSilent && calmTicks > TICKS_OF_SILENCE) {
      isSilent = false;
      RaftSettings.speak();
    }
  }

  @Override
  public Ledger ledger(CounterSettings namespace) {
    return new ReplicatedLedger(namespace, settings, replica, sequencer, this::state);
  }

  @Override
  public void record(String namespace, Recorder recorder) {
    replica.record(namespace, recorder);
  }

  @Override
  public boolean hasReplica() {
    return true;
  }

  @Override
  public String state() {
    return health.state();
  }

  @Override
  public Map<String, Long> numbers() {
    Map<String, Long> numbers = new TreeMap<>(health.numbers());
    sequencer.count(numbers);
    return numbers;
  }

  @Override
  public Map<String, List<String>> texts() {
    return Map.of(
        "Role", List.of(health.role()),
        "Leader", List.of(node.leader().orElse("")),
        "State", List.of(state()),
        "Peers", health.peers(),
        "LastSnapshot",
            machine.lastSnapshot().map(Object::toString).map(List::of).orElse(List.of()));
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
    long applied = replica.applied();
    // The first call may find one under way, the second makes Ratis take note of that. Then one
    // begins ours, and one makes Ratis take note of it, so that it drops what it covers of the log.
    for (int i = 0; i < 4 && machine.snapshotIndex() < applied; i++) {
      membership.snapshot(RaftPeerId.valueOf(member.node()));
      machine.awaitSnapshot();
    }
    if (machine.snapshotIndex() < applied) {
      throw new IllegalStateException("no snapshot was written");
    }
  }

  Replica replica() {
    return replica;
  }

  RaftNode node() {
    return node;
  }

  Sequencer sequencer() {
    return sequencer;
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    sequencer.close();
    node.close();
    replica.close();
    if (isSilent) {
      RaftSettings.speak();
    }
  }
}
