package io.sharedcounter.archive;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Ledger.Witness;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What became of one change, and the lock that was found expired on the way. Immutable.
 *
 * @param reply what became of the change
 * @param expired the lock whose end was found, or null
 */
record Decision(Reply reply, @Nullable HeldLock expired) {

  void tell(Witness witness, String name, Change change) {
    if (expired != null) {
      witness.unlocked(name, expired);
    }
    boolean done = reply.outcome() == Reply.Outcome.DONE;
    if (reply.created() || (done && change.operation() == Operation.REMOVE)) {
      witness.existenceChanged(name);
    }
    HeldLock lock = reply.lock();
    if (done && lock != null) {
      if (change.operation() == Operation.LOCK) {
        witness.locked(name, lock);
      } else if (change.operation() != Operation.RENEW) {
        witness.unlocked(name, lock);
      }
    }
  }
}
