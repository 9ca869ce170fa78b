package io.sharedcounter.cluster;

import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Reply;
import io.sharedcounter.core.Reply.Outcome;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of one request, as it travels back. The token of a lock stays at home: whoever may
 * know it does. Immutable.
 *
 * <pre>
 * byte outcome: 1 done, 2 unequal, 3 overflow, 4 locked, 5 not locked, 6 missing, 7 limit
 * int64 before, int64 after
 * byte flags: 1 created, 2 a lock follows: utf holder, int64 end of the lease (ms since 1970),
 *   4 a refusal follows: utf text
 * </pre>
 *
 * @param outcome whether it was done, or why not
 * @param before the value before
 * @param after the value after
 * @param created whether the counter came into being
 * @param lock the holder and end of lease of the lock that was given, ended or in the way
 * @param refusal of an import: why it was refused, for people
 */
record Answer(
    Outcome outcome,
    long before,
    long after,
    boolean created,
    Optional<LockInfo> lock,
    Optional<String> refusal) {
  private static final int CREATED = 1;
  private static final int LOCK = 2;
  private static final int REFUSAL = 4;

  static Answer of(Reply reply) {
    HeldLock held = reply.lock();
    Optional<LockInfo> lock =
        held == null
            ? Optional.empty()
            : Optional.of(new LockInfo(held.holder(), held.until().toEpochMilli()));
    return new Answer(
        reply.outcome(), reply.before(), reply.after(), reply.created(), lock, Optional.empty());
  }

  static Answer plain(Outcome outcome, long value) {
    return new Answer(outcome, value, value, false, Optional.empty(), Optional.empty());
  }

  /** Returns the answer to an import that was refused. */
  static Answer refused(Outcome outcome, String why) {
    return new Answer(outcome, 0, 0, false, Optional.empty(), Optional.of(why));
  }

  void write(DataOutputStream out) throws IOException {
    out.writeByte(number(outcome));
    out.writeLong(before);
    out.writeLong(after);
    out.writeByte(
        (created ? CREATED : 0)
            | (lock.isPresent() ? LOCK : 0)
            | (refusal.isPresent() ? REFUSAL : 0));
    if (lock.isPresent()) {
      out.writeUTF(lock.get().holder());
      out.writeLong(lock.get().until());
    }
    if (refusal.isPresent()) {
      out.writeUTF(refusal.get());
    }
  }

  static Answer read(DataInputStream in) throws IOException {
    Outcome outcome = outcome(in.readByte());
    long before = in.readLong();
    long after = in.readLong();
    int flags = in.readUnsignedByte();
    if (flags > (CREATED | LOCK | REFUSAL)) {
      throw new UnknownFormatException("answer with flags " + flags);
    }
    Optional<LockInfo> lock =
        (flags & LOCK) == 0
            ? Optional.empty()
            : Optional.of(new LockInfo(in.readUTF(), in.readLong()));
    Optional<String> refusal =
        (flags & REFUSAL) == 0 ? Optional.empty() : Optional.of(in.readUTF());
    return new Answer(outcome, before, after, (flags & CREATED) != 0, lock, refusal);
  }

  private static int number(Outcome outcome) {
    return switch (outcome) {
      case DONE -> 1;
      case UNEQUAL -> 2;
      case OVERFLOW -> 3;
      case LOCKED -> 4;
      case NOT_LOCKED -> 5;
      case MISSING -> 6;
      case LIMIT -> 7;
    };
  }

  private static Outcome outcome(byte number) {
    for (Outcome outcome : Outcome.values()) {
      if (number(outcome) == number) {
        return outcome;
      }
    }
    throw new UnknownFormatException("outcome " + number);
  }

  /** Who holds a lock and until when (milliseconds since 1970). Immutable. */
  record LockInfo(String holder, long until) {
    HeldLock toLock(String token) {
      return new HeldLock(token, new Holder(holder, null), Instant.ofEpochMilli(until));
    }
  }
}
