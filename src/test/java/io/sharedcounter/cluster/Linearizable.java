package io.sharedcounter.cluster;

import io.sharedcounter.core.Reply.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a history of any operations of one counter is linearizable: the search of Wing and Gong
 * with the memory of Lowe, as in Porcupine, against a model of its own. Stateless, thread-safe.
 */
final class Linearizable {
  private Linearizable() {}

  /**
   * One operation.
   *
   * @param start before it began, nanoseconds of the machine's steady clock
   * @param end after it ended; {@link Long#MAX_VALUE} if its outcome is unknown
   * @param answer what came back; empty if that is unknown: it took effect later, or never
   */
  record Step(Request request, long start, long end, Optional<Answer> answer) {}

  /** The counter as the model has it; an empty token means that it is not locked. */
  record State(boolean exists, long value, String token) {
    static final State NEW = new State(false, 0, "");
  }

  /** What the model says to an operation. */
  record Said(State state, Outcome outcome, long after) {}

  static Said apply(State s, Request r) {
    boolean isOthers = !s.token().isEmpty() && !s.token().equals(r.token());
    State made = s.exists() ? s : new State(true, 0, "");
    boolean isChange =
        r.code() == Code.SET || r.code() == Code.INCREMENT || r.code() == Code.COMPARE_AND_SET;
    if (isChange && !r.token().isEmpty() && s.token().isEmpty()) {
      return new Said(s, Outcome.NOT_LOCKED, s.value());
    }
    return switch (r.code()) {
      case PEEK -> new Said(s, s.exists() ? Outcome.DONE : Outcome.MISSING, s.value());
      case GET -> new Said(made, Outcome.DONE, made.value());
      case SET -> isOthers ? locked(s) : done(made, r.argument());
      case INCREMENT -> isOthers ? locked(s) : done(made, made.value() + r.argument());
      case COMPARE_AND_SET -> {
        if (isOthers) {
          yield locked(s);
        }
        yield made.value() == r.expected()
            ? done(made, r.argument())
            : new Said(made, Outcome.UNEQUAL, made.value());
      }
      // It adds to this one counter, under no token; what it answers is how many it changed.
      case IMPORT ->
          s.token().isEmpty()
              ? new Said(done(made, made.value() + added(r)).state(), Outcome.DONE, 1)
              : locked(s);
      case LOCK ->
          isOthers
              ? locked(s)
              : new Said(new State(true, made.value(), r.token()), Outcome.DONE, made.value());
      case UNLOCK -> {
        if (!s.exists()) {
          yield new Said(s, Outcome.MISSING, 0);
        }
        if (isOthers) {
          yield locked(s);
        }
        yield s.token().isEmpty()
            ? new Said(s, Outcome.NOT_LOCKED, s.value())
            : new Said(new State(true, s.value(), ""), Outcome.DONE, s.value());
      }
      default -> throw new AssertionError("not in the model: " + r);
    };
  }

  private static long added(Request r) {
    return r.values().getOrDefault(r.name(), 0L);
  }

  private static Said locked(State s) {
    return new Said(s, Outcome.LOCKED, s.value());
  }

  private static Said done(State s, long value) {
    return new Said(new State(true, value, s.token()), Outcome.DONE, value);
  }

  private static boolean fits(Said said, Step step) {
    if (step.answer().isEmpty()) {
      return true;
    }
    Answer answer = step.answer().get();
    boolean hasValue = said.outcome() == Outcome.DONE;
    return answer.outcome() == said.outcome() && (!hasValue || answer.after() == said.after());
  }

  /** One end of an operation in the list that the search walks. */
  private static final class Event {
    final int id;
    final boolean isCall;
    final long time;
    Event match = this;
    Event before = this;
    Event next = this;

    Event(int id, boolean isCall, long time) {
      this.id = id;
      this.isCall = isCall;
      this.time = time;
    }

    void unlink() {
      before.next = next;
      next.before = before;
    }

    void link() {
      before.next = this;
      next.before = this;
    }
  }

  private record Memory(BitSet taken, State state) {}

  private record Taken(Event call, State before) {}

  /** Returns whether there is an order that explains the history. */
  static boolean check(List<Step> steps) {
    Event head = list(steps);
    int open = (int) steps.stream().filter(step -> step.answer().isPresent()).count();
    BitSet taken = new BitSet(steps.size());
    Set<Memory> seen = new HashSet<>();
    Deque<Taken> path = new ArrayDeque<>();
    State state = State.NEW;
    Event at = head.next;
    while (open > 0) {
      if (at != head && at.isCall) {
        Step step = steps.get(at.id);
        Said said = apply(state, step.request());
        if (fits(said, step)) {
          taken.set(at.id);
          if (seen.add(new Memory((BitSet) taken.clone(), said.state()))) {
            path.push(new Taken(at, state));
            state = said.state();
            open -= step.answer().isPresent() ? 1 : 0;
            at.unlink();
            at.match.unlink();
            at = head.next;
            continue;
          }
          taken.clear(at.id);
        }
        at = at.next;
      } else {
        // An operation that has ended was not taken yet: the last one taken was wrong.
        if (path.isEmpty()) {
          return false;
        }
        Taken last = path.pop();
        state = last.before();
        taken.clear(last.call().id);
        open += steps.get(last.call().id).answer().isPresent() ? 1 : 0;
        last.call().match.link();
        last.call().link();
        at = last.call().next;
      }
    }
    return true;
  }

  private static Event list(List<Step> steps) {
    List<Event> events = new ArrayList<>();
    for (int id = 0; id < steps.size(); id++) {
      Event call = new Event(id, true, steps.get(id).start());
      Event end = new Event(id, false, steps.get(id).end());
      call.match = end;
      events.add(call);
      events.add(end);
    }
    events.sort(Comparator.comparingLong((Event e) -> e.time).thenComparing(e -> !e.isCall));
    Event head = new Event(-1, false, Long.MIN_VALUE);
    Event last = head;
    for (Event event : events) {
      event.before = last;
      last.next = event;
      last = event;
    }
    last.next = head;
    head.before = last;
    return head;
  }
}
