package io.sharedcounter.cluster;

import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Ledger;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * This process as a member of a cluster: the parts that all its replicated namespaces share.
 * Thread-safe.
 */
public final class ClusterMember implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ClusterMember.class.getName());
  private static final Duration ATTEMPT = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final long TICK_MILLIS = 100;
  private static final int TICKS_TO_WARN = 100;

  private final ClusterSettings settings;
  private final Replica replica;
  private final CounterStateMachine machine;
  private final RaftNode node;
  private final Membership membership;
  private final Sequencer sequencer;
  private final ScheduledExecutorService ticker;
  private volatile String state = "starting";
  private int badTicks;

  /**
   * Starts the member. Returns before there is a leader; operations wait for it.
   *
   * @throws IllegalArgumentException if the directory is empty and neither bootstrap nor join is
   *     set
   * @throws java.io.UncheckedIOException if address or directory cannot be used; nothing is left
   *     open
   */
  public ClusterMember(ClusterSettings settings) {
    this.settings = settings;
    this.replica = new Replica(settings.node());
    this.machine = new CounterStateMachine(replica, () -> {});
    try {
      this.node = new RaftNode(settings, machine, ATTEMPT.toMillis());
    } catch (RuntimeException e) {
      replica.close();
      throw e;
    }
    this.membership = new Membership(node, settings.directory());
    this.sequencer =
        new Sequencer(
            settings.node(), node, InstantSource.system(), settings.timeout(), ATTEMPT, PAUSE);
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "sharedcounter-ticker-" + settings.node());
              thread.setDaemon(true);
              return thread;
            });
    LeaseWatch leases = new LeaseWatch(replica, node::isLeader, sequencer::tell, System::nanoTime);
    Runnable tick =
        () -> {
          try {
            leases.tick();
            checkState();
          } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "[cluster] watching leases failed; going on", e);
          }
        };
    var unused =
        ticker.scheduleWithFixedDelay(tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Returns the ledger of one replicated namespace. */
  public Ledger ledger(CounterSettings namespace) {
    return new ReplicatedLedger(namespace, settings, replica, sequencer, this::state);
  }

  /** Returns {@code OK}, or why changes are refused. */
  public String state() {
    return state;
  }

  /** Returns the numbers of the MBean, by the names of its attributes. */
  public Map<String, Long> numbers() {
    Map<String, Long> numbers = new TreeMap<>(membership.numbers());
    numbers.put("LastApplied", replica.applied());
    numbers.put("QueueLength", (long) sequencer.queueLength());
    numbers.put("Retries", sequencer.retries());
    numbers.put("UnknownOutcomes", sequencer.unknownOutcomes());
    return numbers;
  }

  /** Returns the texts of the MBean, by the names of its attributes. */
  public Map<String, List<String>> texts() {
    return Map.of(
        "Role", List.of(membership.role()),
        "Leader", List.of(node.leader().orElse("")),
        "State", List.of(state),
        "Peers", membership.peers(),
        "LastSnapshot",
            machine.lastSnapshot().map(Object::toString).map(List::of).orElse(List.of()));
  }

  /**
   * Adds a voter that was started with {@code join}; returns when it has caught up.
   *
   * @param peer {@code name@host:port}
   */
  public void addPeer(String peer) {
    membership.add(peer);
  }

  /** Removes the voter of that name, dead or alive. */
  public void removePeer(String name) {
    membership.remove(name);
  }

  /** Makes the voter of that name the leader. */
  public void transferLeadership(String name) {
    membership.transfer(name);
  }

  /** Lets this member write a snapshot in the background. */
  public void snapshotNow() {
    membership.snapshot();
  }

  private void checkState() {
    String now;
    if (machine.failure().isPresent()) {
      now = "stopped: " + machine.failure().get().getMessage();
    } else if (!node.isRunning()) {
      now = "stopped: see the log";
    } else if (!node.hasLeader()) {
      now = "no leader: no majority of the members can be reached";
    } else {
      now = Ledger.OK;
    }
    if (!now.equals(state)) {
      LOG.log(Level.INFO, "[cluster] state of this member: {0}", now);
      state = now;
      badTicks = 0;
      replica.tellState(now);
    }
    // An election takes a second and warns nobody; what lasts does, once.
    if (!now.equals(Ledger.OK) && ++badTicks == TICKS_TO_WARN) {
      LOG.log(Level.WARNING, "[cluster] changes are refused: {0}", now);
    }
  }

  ClusterSettings settings() {
    return settings;
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

  CounterStateMachine machine() {
    return machine;
  }

  /** Leaves the cluster until the next start; the other members go on. */
  @Override
  public void close() {
    ticker.shutdownNow();
    sequencer.close();
    node.close();
    replica.close();
  }
}
