package io.sharedcounter.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A history of increments by 1 and reads of one counter that began at 0, and whether it is
 * linearizable. Confined to one thread.
 *
 * <p>An increment by 1 returns its position. So the order of all operations is known, and the check
 * is complete: sorted by position, each operation must not have ended before one of a lower
 * position began. A position that nobody was told must belong to an increment whose outcome is
 * unknown.
 */
final class History {
  private final List<Step> steps = new ArrayList<>();
  private final List<Long> unknownStarts = new ArrayList<>();

  /** One operation whose result is known; nanoseconds by the machine's one steady clock. */
  record Step(boolean isRead, long start, long end, long value) {
    long key() {
      return value * 2 + (isRead ? 1 : 0);
    }
  }

  /** Returns what members in processes of their own wrote down of one counter. */
  static History of(NodeProcesses nodes, List<String> names) {
    History history = new History();
    for (String name : names) {
      for (NodeProcesses.Line line : nodes.lines(name)) {
        boolean isRead = line.kind().equals("r");
        if (line.isKnown() && isRead) {
          history.read(line.start(), line.end(), line.value());
        } else if (line.isKnown()) {
          history.increment(line.start(), line.end(), line.value());
        } else if (!isRead) {
          history.unknownIncrement(line.start());
        }
      }
    }
    return history;
  }

  void increment(long start, long end, long value) {
    steps.add(new Step(false, start, end, value));
  }

  void read(long start, long end, long value) {
    steps.add(new Step(true, start, end, value));
  }

  void unknownIncrement(long start) {
    unknownStarts.add(start);
  }

  int size() {
    return steps.size();
  }

  long highest() {
    return steps.stream().mapToLong(Step::value).max().orElse(0);
  }

  int unknowns() {
    return unknownStarts.size();
  }

  /** Returns what is wrong; nothing if the history is linearizable. */
  List<String> violations() {
    List<String> wrong = new ArrayList<>();
    List<Step> sorted = new ArrayList<>(steps);
    sorted.sort(Comparator.comparingLong(Step::key));
    Set<Long> taken = new HashSet<>();
    long latestStart = Long.MIN_VALUE;
    long latestStartBelow = Long.MIN_VALUE;
    long key = Long.MIN_VALUE;
    for (Step step : sorted) {
      if (!step.isRead() && !taken.add(step.value())) {
        wrong.add("position twice: " + step);
      }
      if (step.key() != key) {
        latestStartBelow = latestStart;
        key = step.key();
      }
      if (step.end() < latestStartBelow) {
        wrong.add("ended before something below it began: " + step);
      }
      latestStart = Math.max(latestStart, step.start());
    }
    checkGaps(taken, wrong);
    return wrong;
  }

  private void checkGaps(Set<Long> taken, List<String> wrong) {
    long highest = highest();
    long missing = 0;
    for (long value = 1; value <= highest; value++) {
      missing += taken.contains(value) ? 0 : 1;
    }
    if (missing > unknownStarts.size()) {
      wrong.add(
          missing + " positions of nobody, but " + unknownStarts.size() + " unknown outcomes");
    }
  }
}
