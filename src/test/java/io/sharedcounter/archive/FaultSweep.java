package io.sharedcounter.archive;

import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.OutcomeUnknownException;
import io.sharedcounter.testing.Faults;
import io.sharedcounter.testing.Faults.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * A program that opens a namespace, works and closes it again and again, each time with one more
 * call to the disk that goes well before one fails, until none is left to fail; and holds each time
 * what it was told against what it then finds. Confined to its main thread.
 */
final class FaultSweep {
  private static final Logger QUIET = Logger.getLogger("io.sharedcounter");

  private final Path root;
  private final Archived.Kind kind;
  private final Fault fault;
  private final Faults faults;

  /** What the file may hold: the last of these, or an earlier one that was not kept yet. */
  private final List<Map<String, Long>> states = new ArrayList<>();

  private int kept;
  private boolean isStopped;
  private int refused;
  private int unknown;

  private FaultSweep(Path root, Archived.Kind kind, Fault fault, Faults faults) {
    this.root = root;
    this.kind = kind;
    this.fault = fault;
    this.faults = faults;
  }

  /** Arguments: root, control file, kind, which calls are left out between two that fail. */
  public static void main(String[] arguments) throws Exception {
    QUIET.setLevel(Level.OFF);
    Path root = Path.of(arguments[0]);
    Faults faults = Faults.open(Path.of(arguments[1]));
    Archived.Kind kind = Archived.Kind.valueOf(arguments[2]);
    int step = Integer.parseInt(arguments[3]);
    int first = 1;
    for (Fault fault : EnumSet.complementOf(EnumSet.of(Fault.KILLED))) {
      sweep(root, kind, fault, faults, first, step);
      // Others in each way to fail.
      first = 1 + (first + 6) % step;
    }
  }

  private static void sweep(
      Path root, Archived.Kind kind, Fault fault, Faults faults, int first, int step)
      throws Exception {
    int runs = 0;
    int refused = 0;
    int unknown = 0;
    boolean hasFailed = true;
    StringBuilder kinds = new StringBuilder();
    for (int call = first; hasFailed; call += step) {
      FaultSweep sweep = new FaultSweep(root.resolve("data"), kind, fault, faults);
      try {
        hasFailed = sweep.run(call);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(kind + ", " + fault + " at call " + call + " " + faults.last(), e);
      }
      kinds.append(hasFailed ? faults.last() : '.');
      refused += sweep.refused;
      unknown += sweep.unknown;
      runs++;
    }
    System.out.printf(
        "%s %s: %d runs, %d refused, %d unknown; %s%n", kind, fault, runs, refused, unknown, kinds);
  }

  private boolean run(int call) throws Exception {
    states.add(new TreeMap<>());
    faults.arm(call, fault);
    try (Archived open = Archived.open(root, kind)) {
      work(open);
      // A writer of its own tries again every half second: in some of the runs it is waited for.
      if (!isStopped && call % (kind == Archived.Kind.POWER_LOSS ? 2 : 8) == 0) {
        recover(open);
      }
    } catch (IllegalStateException | java.io.UncheckedIOException e) {
      check(!(e instanceof DamagedFileException), "taken for damage: " + e);
      check(states.size() == 1, "work went on in a namespace that does not open: " + e);
    }
    boolean hasFailed = faults.failed() > 0;
    faults.disarm();
    try (Archived open = Archived.open(root, kind)) {
      Map<String, Long> found = open.registry().getAllCounters();
      check(
          states.subList(kept, states.size()).contains(found),
          found + " found, one of " + states.subList(kept, states.size()) + " kept");
      check(open.registry().increment("after") == 1, "it does not go on");
    }
    Verification.verify(root, "tickets", kind != Archived.Kind.SNAPSHOT);
    delete(root);
    return hasFailed;
  }

  private void work(Archived open) {
    CounterRegistry r = open.registry();
    change(open, all -> all.put("a", 5L), () -> r.set("a", 5));
    change(open, all -> all.merge("b", 1L, Long::sum), () -> r.increment("b"));
    change(open, all -> all.putIfAbsent("c", 0L), () -> r.get("c"));
    sync(open);
    change(open, all -> all.put("a", 9L), () -> r.getSet("a", 9));
    change(open, all -> all.remove("b"), () -> r.remove("b"));
    sync(open);
    change(open, all -> all.putIfAbsent("d", 0L), () -> r.lockCounter("d").close());
    for (long i = 0; i < 12; i++) {
      long value = i << 50;
      String name = "a long name, so that pages become full " + i + "x".repeat(180);
      change(open, all -> all.merge(name, value, Long::sum), () -> r.increment(name, value));
    }
    change(
        open,
        all -> {
          all.putIfAbsent("b", 0L);
          all.replace("b", 0L, 7L);
        },
        () -> r.compareAndSet("b", 0, 7));
    snapshot(open);
    change(open, all -> all.merge("a", 1L, Long::sum), () -> r.increment("a"));
    sync(open);
  }

  /** Makes one change, and holds what it says against what is then seen. */
  private void change(Archived open, Consumer<Map<String, Long>> effect, Runnable change) {
    Map<String, Long> before = states.get(states.size() - 1);
    Map<String, Long> after = new TreeMap<>(before);
    effect.accept(after);
    Map<String, Long> seen = open.registry().getAllCounters();
    try {
      change.run();
      check(!isStopped, "a stopped namespace accepts changes");
      states.add(after);
      if (kind == Archived.Kind.POWER_LOSS || kind == Archived.Kind.PROCESS_KILL) {
        kept = states.size() - 1;
        check(
            before.equals(after) || open.ledger().state().equals("OK"),
            "a change is kept, the state is not OK");
      }
    } catch (NotAppliedException e) {
      refused++;
      // One that tries again by itself may be OK by now; what it says is what it was then.
      boolean saysWhy =
          kind == Archived.Kind.EVENTUAL
              ? !String.valueOf(e.getMessage()).endsWith(": OK")
              : !open.ledger().state().equals("OK");
      check(saysWhy, "refused in state OK: " + e);
      check(open.registry().getAllCounters().equals(seen), "refused, yet seen");
    } catch (OutcomeUnknownException e) {
      unknown++;
      isStopped = true;
      states.add(after);
      check(open.ledger().state().startsWith("stopped"), "not stopped but " + e);
      check(open.registry().getAllCounters().equals(seen), "seen before it is known");
    } catch (IllegalStateException | io.sharedcounter.core.CounterDoesntExistException e) {
      // What it stands on was refused before.
      check(before.equals(seen) && faults.failed() > 0, "refused: " + e);
    }
  }

  private void sync(Archived open) {
    int last = states.size() - 1;
    try {
      if (kind == Archived.Kind.SNAPSHOT) {
        open.ledger().snapshot();
      } else {
        open.ledger().history().close();
      }
      if (!isStopped) {
        kept = last;
      }
    } catch (IllegalStateException | java.io.UncheckedIOException e) {
      check(faults.failed() > 0, "not written: " + e);
      check(kind != Archived.Kind.EVENTUAL || open.ledger().backlog() > 0, "no backlog: " + e);
    }
  }

  private void snapshot(Archived open) {
    int last = states.size() - 1;
    try {
      open.ledger().snapshot();
      if (!isStopped) {
        kept = last;
      }
    } catch (IllegalStateException | java.io.UncheckedIOException e) {
      check(faults.failed() > 0, "no snapshot: " + e);
    }
  }

  /** The disk is well again: so is the namespace, without a restart. */
  private void recover(Archived open) {
    faults.disarm();
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (true) {
      try {
        int last = states.size();
        change(open, all -> all.put("recovered", 3L), () -> open.registry().set("recovered", 3));
        if (states.size() > last) {
          break;
        }
      } catch (NotAppliedException e) {
        check(System.nanoTime() < deadline, "does not recover: " + e);
      }
      check(System.nanoTime() < deadline, "does not recover: " + open.ledger().state());
      LockSupport.parkNanos(1_000_000);
    }
    sync(open);
    kept = states.size() - 1;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
