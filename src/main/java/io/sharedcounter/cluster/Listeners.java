package io.sharedcounter.cluster;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.Reply;
import io.sharedcounter.core.Reply.Outcome;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who in a client is told what this client itself has done: of others it does not hear.
 * Thread-safe.
 */
final class Listeners {
  private final Map<String, Ledger.Witness> witnesses = new ConcurrentHashMap<>();

  void add(String namespace, Ledger.Witness witness) {
    witnesses.put(namespace, witness);
  }

  void remove(String namespace) {
    witnesses.remove(namespace);
  }

  void tellState(String text) {
    witnesses.values().forEach(witness -> witness.stateChanged(text));
  }

  void tell(String namespace, String name, Change change, Reply reply) {
    Ledger.Witness witness = witnesses.get(namespace);
    boolean done = reply.outcome() == Outcome.DONE;
    HeldLock lock = reply.lock();
    if (witness == null) {
      return;
    }
    switch (change.operation()) {
      case LOCK -> {
        if (done && lock != null) {
          witness.locked(name, lock);
        }
      }
      case REMOVE, UNLOCK, BREAK_LOCK -> {
        if (done && lock != null) {
          witness.unlocked(name, lock);
        }
      }
      default -> {}
    }
  }
}
