package io.sharedcounter.cluster;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.Copy;
import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Imported;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.Recorder;
import io.sharedcounter.core.Reply;
import io.sharedcounter.core.Reply.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * The state as this process has it: what was applied so far, readable while more is applied.
 * Thread-safe.
 */
final class Replica implements AutoCloseable {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Condition advanced = lock.writeLock().newCondition();
  private final Map<String, Ledger.Witness> witnesses = new ConcurrentHashMap<>();
  private final Map<String, Thread> lockers = new ConcurrentHashMap<>();
  private final ExecutorService teller;
  private final Map<String, Recorder> recorders = new ConcurrentHashMap<>();

  /** What the entry under way did where it is recorded, and when it was sent. */
  private final Map<String, List<Recorder.Done>> done = new TreeMap<>();

  private Instant doneAt = Instant.EPOCH;
  private ReplicatedState state = newState();
  private volatile long applied = -1;

  Replica(String node) {
    teller =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "sharedcounter-teller-" + node);
              thread.setDaemon(true);
              return thread;
            });
  }

  private ReplicatedState newState() {
    return new ReplicatedState(
        this::holder,
        new ReplicatedState.Witness() {
          @Override
          public void applied(Instant at, Request request, Reply reply) {
            note(at, request, reply);
            tell(request, reply);
          }

          @Override
          public void imported(Instant at, Request request, List<Imported> changes) {
            note(at, request, changes);
            tell(request.namespace(), changes);
          }
        });
  }

  private Holder holder(String token, String label) {
    return new Holder(label, token.isEmpty() ? null : lockers.get(token));
  }

  /** Lets that thread be known as the holder of the lock that it is about to ask for. */
  void expectLock(String token, Thread thread) {
    lockers.put(token, thread);
  }

  void forgetLock(String token) {
    lockers.remove(token);
  }

  void witness(String namespace, Ledger.Witness witness) {
    witnesses.put(namespace, witness);
  }

  void forgetWitness(String namespace) {
    witnesses.remove(namespace);
  }

  /**
   * Lets that recorder be handed what is applied to the namespace from here on. It is in memory
   * only until it is asked for by {@link #secure}.
   */
  void record(String namespace, Recorder recorder) {
    lock.writeLock().lock();
    try {
      if (recorders.putIfAbsent(namespace, recorder) == null) {
        recorder.start(() -> copy(namespace));
        recorder.replaced(applied);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private Recorder recorder(String namespace) {
    return Objects.requireNonNull(recorders.get(namespace));
  }

  /**
   * Returns when what was applied up to that index is recorded, as {@link Recorder#secure} says.
   */
  void secure(long index) {
    recorders.values().forEach(recorder -> recorder.secure(index));
  }

  /** Returns the counters of a namespace, and in place of the sequence the log index. */
  private Copy copy(String namespace) {
    List<String> names = new ArrayList<>();
    List<Long> values = new ArrayList<>();
    // The map is built when the log goes on again.
    long index =
        read(
            s -> {
              NamespaceState found = s.namespaces().get(namespace);
              if (found != null) {
                found
                    .counters()
                    .forEach(
                        (name, counter) -> {
                          names.add(name);
                          values.add(counter.value());
                        });
              }
              return applied;
            });
    SortedMap<String, Long> counters = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      counters.put(names.get(i), values.get(i));
    }
    return new Copy(index, counters);
  }

  private void note(Instant at, Request request, Reply reply) {
    if (recorders.containsKey(request.namespace())) {
      request
          .code()
          .operation()
          .filter(
              operation ->
                  reply.created() || (reply.outcome() == Outcome.DONE && operation.writes()))
          .ifPresent(
              operation ->
                  note(at, request.namespace(), request.name(), request.change(operation), reply));
    }
  }

  private void note(Instant at, Request request, List<Imported> changes) {
    if (recorders.containsKey(request.namespace())) {
      for (Imported change : changes) {
        note(at, request.namespace(), change.name(), change.change(), change.reply());
      }
    }
  }

  private void note(Instant at, String namespace, String name, Change change, Reply reply) {
    doneAt = at;
    done.computeIfAbsent(namespace, absent -> new ArrayList<>())
        .add(new Recorder.Done(name, change, reply));
  }

  /** Applies an entry; see {@link ReplicatedState#apply}. */
  byte[] apply(long index, byte[] entry) {
    lock.writeLock().lock();
    try {
      byte[] reply = state.apply(index, entry);
      advance(index);
      if (!done.isEmpty()) {
        done.forEach((name, changes) -> recorder(name).applied(index, doneAt, changes));
        done.clear();
      }
      return reply;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Notes that everything up to that entry, which changed nothing here, is applied. */
  void skipTo(long index) {
    lock.writeLock().lock();
    try {
      advance(index);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void advance(long index) {
    applied = Math.max(applied, index);
    advanced.signalAll();
  }

  /** Returns the log index up to which all is applied here. */
  long applied() {
    return applied;
  }

  /** Waits until the entry at that index is applied here; returns whether it is. */
  boolean await(long index, long nanos) throws InterruptedException {
    if (applied >= index) {
      return true;
    }
    long rest = nanos;
    lock.writeLock().lockInterruptibly();
    try {
      while (applied < index) {
        if (rest <= 0) {
          return false;
        }
        rest = advanced.awaitNanos(rest);
      }
      return true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Reads; what is read is of one instant. The function must not keep the state. */
  <T> T read(Function<ReplicatedState, T> reader) {
    lock.readLock().lock();
    try {
      return reader.apply(state);
    } finally {
      lock.readLock().unlock();
    }
  }

  Snapshot snapshot() {
    return read(s -> new Snapshot(applied, s));
  }

  /** Replaces everything by a snapshot and returns its log index. */
  long load(InputStream file) throws IOException {
    ReplicatedState loaded = newState();
    long index = Snapshot.read(file, loaded);
    lock.writeLock().lock();
    try {
      ReplicatedState old = state;
      state = loaded;
      old.namespaces().values().forEach(NamespaceState::releaseAll);
      witnesses.forEach((namespace, witness) -> tellAll(namespace, witness, old, loaded));
      applied = index;
      advanced.signalAll();
      recorders.values().forEach(recorder -> recorder.replaced(index));
    } finally {
      lock.writeLock().unlock();
    }
    return index;
  }

  private void tellAll(
      String namespace, Ledger.Witness witness, ReplicatedState old, ReplicatedState loaded) {
    Set<String> names = new TreeSet<>();
    for (ReplicatedState either : new ReplicatedState[] {old, loaded}) {
      NamespaceState found = either.namespaces().get(namespace);
      if (found != null) {
        names.addAll(found.counters().keySet());
      }
    }
    later(() -> names.forEach(witness::existenceChanged));
  }

  private void tell(String namespace, List<Imported> changes) {
    Ledger.Witness witness = witnesses.get(namespace);
    if (witness != null) {
      later(
          () -> {
            for (Imported change : changes) {
              if (change.changesExistence()) {
                witness.existenceChanged(change.name());
              }
            }
            changes.forEach(witness::imported);
          });
    }
  }

  private void tell(Request request, Reply reply) {
    Ledger.Witness witness = witnesses.get(request.namespace());
    if (witness == null) {
      return;
    }
    String name = request.name();
    boolean done = reply.outcome() == Outcome.DONE;
    if (reply.created() || (done && request.code() == Code.REMOVE)) {
      later(() -> witness.existenceChanged(name));
    }
    HeldLock held = reply.lock();
    if (done && held != null) {
      switch (request.code()) {
        case LOCK -> later(() -> witness.locked(name, held));
        case REMOVE, UNLOCK, BREAK_LOCK, EXPIRE -> later(() -> witness.unlocked(name, held));
        default -> {}
      }
    }
  }

  /** Tells every namespace that its state has changed. */
  void tellState(String text) {
    witnesses.values().forEach(witness -> later(() -> witness.stateChanged(text)));
  }

  private void later(Runnable call) {
    try {
      teller.execute(call);
    } catch (RejectedExecutionException e) {
      // Closed: nobody listens any more.
    }
  }

  /** Waits until what was applied before this call has been told. */
  void awaitTold(long nanos) throws InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    later(told::countDown);
    if (!teller.isShutdown()) {
      var unused = told.await(nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Returns whether the change makes its caller wait until it has been told. */
  static boolean isTold(Change change, Answer answer) {
    return answer.created()
        || switch (change.operation()) {
          case REMOVE, LOCK, UNLOCK, BREAK_LOCK -> answer.outcome() == Outcome.DONE;
          default -> false;
        };
  }

  @Override
  public void close() {
    read(
        s -> {
          s.namespaces().values().forEach(NamespaceState::releaseAll);
          return s;
        });
    teller.shutdown();
  }
}
