package io.sharedcounter.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Finds leases that have ended, for the leader to propose their end as entries. Measures each from
 * the moment it was first seen here, by this machine's own clock, so that no lease is ever shorter
 * than promised, whatever the clocks of the members show. Confined to the thread that ticks.
 */
final class LeaseWatch {
  private static final long REPEAT_NANOS = 1_000_000_000L;

  private final Replica replica;
  private final BooleanSupplier isLeader;
  private final Consumer<Request> proposals;
  private final LongSupplier nanoTime;
  private final Map<Key, Long> dueAt = new HashMap<>();

  private record Key(String namespace, String name, String token, long index) {}

  LeaseWatch(
      Replica replica,
      BooleanSupplier isLeader,
      Consumer<Request> proposals,
      LongSupplier nanoTime) {
    this.replica = replica;
    this.isLeader = isLeader;
    this.proposals = proposals;
    this.nanoTime = nanoTime;
  }

  /** Looks once; call it about ten times a second on every member, also on followers. */
  void tick() {
    long now = nanoTime.getAsLong();
    Map<Key, Long> held = replica.read(LeaseWatch::held);
    dueAt.keySet().retainAll(held.keySet());
    held.forEach((key, millis) -> dueAt.putIfAbsent(key, now + millis * 1_000_000));
    if (!isLeader.getAsBoolean()) {
      return;
    }
    List<Key> due = new ArrayList<>();
    dueAt.forEach(
        (key, end) -> {
          if (end - now <= 0) {
            due.add(key);
          }
        });
    for (Key key : due) {
      dueAt.put(key, now + REPEAT_NANOS);
      proposals.accept(Request.expire(key.namespace(), key.name(), key.token(), key.index()));
    }
  }

  private static Map<Key, Long> held(ReplicatedState state) {
    Map<Key, Long> held = new HashMap<>();
    state
        .namespaces()
        .forEach(
            (namespace, content) ->
                content
                    .leases()
                    .forEach(
                        (name, lease) -> {
                          var counter = content.counters().get(name);
                          if (counter != null && counter.lock().isPresent()) {
                            String token = counter.lock().get().token();
                            held.put(
                                new Key(namespace, name, token, lease.index()), lease.millis());
                          }
                        }));
    return held;
  }
}
