package io.sharedcounter.cluster;

import io.sharedcounter.cluster.BatchReply.Status;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Imported;
import io.sharedcounter.core.Reply;
import io.sharedcounter.core.Reply.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * What all replicas agree on: the namespaces, and of each session the last number and its reply.
 *
 * <p>A pure function of the log: it reads no clock, no configuration and no randomness; times and
 * tokens are in the entries. The same entries give the same state, bit by bit, on every replica,
 * from the first entry as from a snapshot and the rest. Confined to whoever applies the log; others
 * read under the lock of {@code Replica}.
 */
final class ReplicatedState {
  /*
   * Why no operation counts twice. A sender has one batch in flight and re-sends it under its
   * number until it knows the outcome; only then does it use the next number. So of the batches
   * of a session only the last can come again, and one number and one reply suffice to answer it
   * without applying it. They are part of the state, so this holds over changes of the leader,
   * restarts and snapshots.
   *
   * A session's name is the log index of its registration: no two are the same, and an old entry
   * cannot open one again. Of more than 256 sessions the least recently used goes, in log order,
   * hence the same on every replica; its sender learns that it does not know.
   */
  static final int MAX_SESSIONS = 256;

  private final SortedMap<String, NamespaceState> namespaces = new TreeMap<>();
  private final Map<Long, Session> sessions = new LinkedHashMap<>();
  private final BiFunction<String, String, Holder> holder;
  private final Witness witness;

  /** The last batch of a session. Immutable. */
  record Session(long number, BatchReply reply) {}

  /** Is shown each request right after it was applied, in log order. */
  interface Witness {
    void applied(Instant at, Request request, Reply reply);

    /** Is shown what an import changed. */
    default void imported(Instant at, Request request, List<Imported> changes) {}
  }

  ReplicatedState() {
    this((token, label) -> new Holder(label, null), (at, request, reply) -> {});
  }

  /**
   * Creates an empty state.
   *
   * @param holder gives the holder of a lock by token and label: the thread, where it is here
   */
  ReplicatedState(BiFunction<String, String, Holder> holder, Witness witness) {
    this.holder = holder;
    this.witness = witness;
  }

  SortedMap<String, NamespaceState> namespaces() {
    return Collections.unmodifiableSortedMap(namespaces);
  }

  /** Returns the sessions, the least recently used first. */
  Map<Long, Session> sessions() {
    return Collections.unmodifiableMap(sessions);
  }

  NamespaceState namespace(String name) {
    return namespaces.computeIfAbsent(name, absent -> new NamespaceState());
  }

  void restore(long session, Session last) {
    sessions.put(session, last);
  }

  /**
   * Applies one entry of the log and returns its reply.
   *
   * @throws UnknownFormatException if the entry is not known; nothing has changed, and the node
   *     must stop
   */
  byte[] apply(long index, byte[] entry) {
    Batch batch = Batch.decode(entry);
    if (batch.isRegistration()) {
      return register(index);
    }
    Session last = sessions.remove(batch.session());
    if (last == null) {
      return BatchReply.bare(Status.NO_SESSION, index).encode();
    }
    sessions.put(batch.session(), last);
    if (batch.number() == last.number()) {
      return last.reply().encode();
    }
    if (batch.number() != last.number() + 1) {
      return BatchReply.bare(Status.OUT_OF_TURN, index).encode();
    }
    BatchReply reply = new BatchReply(Status.APPLIED, index, applyAll(index, batch));
    sessions.put(batch.session(), new Session(batch.number(), reply));
    return reply.encode();
  }

  private byte[] register(long index) {
    BatchReply reply = BatchReply.bare(Status.REGISTERED, index);
    if (sessions.size() >= MAX_SESSIONS) {
      Iterator<Long> eldest = sessions.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
    sessions.put(index, new Session(0, reply));
    return reply.encode();
  }

  private List<Answer> applyAll(long index, Batch batch) {
    Instant at = Instant.ofEpochMilli(batch.at());
    List<Answer> answers = new ArrayList<>(batch.requests().size());
    for (Request request : batch.requests()) {
      if (request.code() == Code.IMPORT) {
        answers.add(bring(at, request));
        continue;
      }
      Reply reply = namespace(request.namespace()).apply(request, index, at, holder);
      witness.applied(at, request, reply);
      answers.add(Answer.of(reply));
    }
    return answers;
  }

  private Answer bring(Instant at, Request request) {
    try {
      List<Imported> changes = namespace(request.namespace()).bring(request);
      witness.imported(at, request, changes);
      return Answer.plain(Outcome.DONE, changes.size());
    } catch (ArithmeticException | IllegalStateException e) {
      return ImportCode.refused(e);
    }
  }
}
