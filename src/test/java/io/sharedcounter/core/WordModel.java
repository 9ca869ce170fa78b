package io.sharedcounter.core;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The state machine of {@link Counter}'s word in small: 6 bits for 64, so on below 16, soft below
 * 4, home below 2, blind additions of 1 only. Walks through every interleaving of what a few
 * threads do, each read, write and compare-and-set of a shared field being one step, and collects
 * how they can end. Confined to one thread.
 */
final class WordModel {
  /** What a thread does in one operation, with its argument. */
  enum Op {
    ADD_ONE,
    ADD_MINUS_ONE,
    SET_ZERO,
    SET_WIDE,
    ONE_TO_TWO,
    GET,
    REMOVE,
    LOCK,
    SET_UNDER_LOCK,
    UNLOCK
  }

  /** A check or step of the word that is left out, to see that the model misses it. */
  enum Flaw {
    NONE,
    NO_UNDO,
    NEGATIVE_BLINDLY,
    SOFT_LIMIT_UNSEEN,
    SETTLE_BY_PLAIN_WRITE,
    SETTLE_THOUGH_LOCKED,
    SETTLE_THOUGH_ABSENT,
    SETTLE_THOUGH_WIDE,
    OFF_BY_READ_AND_WRITE,
    NO_MONITOR,
    REPLACE_AN_OFF_WORD,
    ADD_TO_AN_OFF_WORD,
    WIDE_VALUE_INTO_THE_WORD,
    OFF_MEANS_UNEQUAL,
    OFF_READ_AS_VALUE
  }

  static final int REFUSED = 99;
  private static final int ABSENT_OFF = -32;

  // The shared fields, then for each thread: operation, step, what it saw, and its results.
  private static final int WORD = 0;
  private static final int OFF = 1;
  private static final int ASIDE = 2;
  private static final int EXISTS = 3;
  private static final int VALUE = 4;
  private static final int HOLDER = 5;
  private static final int MONITOR = 6;
  private static final int THREADS = 7;

  private static final int BEGIN = 0;
  private static final int SWAP = 1;
  private static final int UNDO = 2;
  private static final int ENTER = 3;
  private static final int STATE = 4;
  private static final int TURN_OFF = 5;
  private static final int WRITE_OFF = 6;
  private static final int APPLY = 7;
  private static final int SETTLE = 8;

  private final List<List<Op>> programs;
  private final Flaw flaw;
  private final int width;
  private final Set<String> seen = new HashSet<>();
  private final Set<String> ends = new HashSet<>();

  private WordModel(List<List<Op>> programs, Flaw flaw) {
    this.programs = programs;
    this.flaw = flaw;
    this.width = 4 + programs.stream().mapToInt(List::size).max().orElseThrow();
  }

  /** Returns every end that the word can come to: all results and what is left; or "stuck". */
  static Set<String> ends(List<List<Op>> programs, int start, Flaw flaw) {
    WordModel model = new WordModel(programs, flaw);
    int[] state = new int[THREADS + programs.size() * model.width];
    state[WORD] = start;
    state[OFF] = ABSENT_OFF;
    state[HOLDER] = -1;
    state[MONITOR] = -1;
    if (!isOn(start) || !isSoft(start)) {
      state[WORD] = ABSENT_OFF;
      state[ASIDE] = 1;
      state[EXISTS] = 1;
      state[VALUE] = start;
    }
    model.explore(state);
    return model.ends;
  }

  /** Returns every end that a counter can come to that does one operation at a time. */
  static Set<String> exactEnds(List<List<Op>> programs, int start) {
    WordModel model = new WordModel(programs, Flaw.NONE);
    int[] state = new int[THREADS + programs.size() * model.width];
    state[EXISTS] = 1;
    state[VALUE] = start;
    state[HOLDER] = -1;
    model.exploreExactly(state);
    return model.ends;
  }

  private void explore(int[] state) {
    if (!seen.add(key(state))) {
      return;
    }
    boolean moved = false;
    boolean done = true;
    for (int thread = 0; thread < programs.size(); thread++) {
      if (state[at(thread)] < programs.get(thread).size()) {
        done = false;
        int[] next = state.clone();
        if (step(next, thread)) {
          moved = true;
          explore(next);
        }
      }
    }
    if (done) {
      boolean on = isOn(state[WORD]);
      boolean there = on || (state[ASIDE] == 1 && state[EXISTS] == 1);
      boolean clean = on || state[ASIDE] == 0 || state[WORD] == state[OFF];
      end(state, clean ? (there ? "" + (on ? state[WORD] : state[VALUE]) : "absent") : "dirty");
    } else if (!moved) {
      ends.add("stuck");
    }
  }

  private void exploreExactly(int[] state) {
    if (!seen.add(key(state))) {
      return;
    }
    boolean done = true;
    for (int thread = 0; thread < programs.size(); thread++) {
      if (state[at(thread)] < programs.get(thread).size()) {
        done = false;
        int[] next = state.clone();
        result(next, thread, apply(next, thread));
        exploreExactly(next);
      }
    }
    if (done) {
      end(state, state[EXISTS] == 1 ? "" + state[VALUE] : "absent");
    }
  }

  private void end(int[] state, String left) {
    StringBuilder end = new StringBuilder();
    for (int thread = 0; thread < programs.size(); thread++) {
      int from = at(thread) + 4;
      end.append(Arrays.toString(Arrays.copyOfRange(state, from, from + width - 4)));
    }
    ends.add(end + " leaves " + left);
  }

  private static String key(int[] state) {
    char[] key = new char[state.length];
    for (int i = 0; i < key.length; i++) {
      key[i] = (char) state[i];
    }
    return new String(key);
  }

  private int at(int thread) {
    return THREADS + thread * width;
  }

  private Op op(int[] state, int thread) {
    return programs.get(thread).get(state[at(thread)]);
  }

  private void go(int[] state, int thread, int step) {
    state[at(thread) + 1] = step;
  }

  private void result(int[] state, int thread, int result) {
    state[at(thread) + 4 + state[at(thread)]] = result;
    state[at(thread)]++;
    state[at(thread) + 2] = 0;
    state[at(thread) + 3] = 0;
    go(state, thread, BEGIN);
  }

  /** Moves one thread by one step; false if it has to wait. */
  private boolean step(int[] s, int thread) {
    int at = at(thread);
    switch (s[at + 1]) {
      case BEGIN -> begin(s, thread, op(s, thread));
      case SWAP -> {
        int value = target(op(s, thread), s[at + 2]);
        if (s[WORD] == s[at + 2]) {
          s[WORD] = value;
          result(s, thread, s[at + 2]);
        } else {
          go(s, thread, BEGIN);
        }
      }
      case UNDO -> {
        s[WORD] = wrap(s[WORD] - addend(op(s, thread)));
        go(s, thread, ENTER);
      }
      case ENTER -> {
        if (s[MONITOR] >= 0 && flaw != Flaw.NO_MONITOR) {
          return false;
        }
        s[MONITOR] = thread;
        go(s, thread, STATE);
      }
      case STATE -> {
        boolean turnsOff = s[ASIDE] == 0 && isOn(s[WORD]);
        if (s[ASIDE] == 0) {
          s[ASIDE] = 1;
          s[EXISTS] = 0;
        }
        go(s, thread, turnsOff ? TURN_OFF : APPLY);
      }
      case TURN_OFF -> {
        s[VALUE] = s[WORD];
        s[EXISTS] = 1;
        s[OFF] = wrap(s[WORD] + 32);
        if (flaw == Flaw.OFF_BY_READ_AND_WRITE) {
          go(s, thread, WRITE_OFF);
        } else {
          s[WORD] = s[OFF];
          go(s, thread, APPLY);
        }
      }
      case WRITE_OFF -> {
        s[WORD] = s[OFF];
        go(s, thread, APPLY);
      }
      case APPLY -> {
        if (s[at + 3] == 0) {
          s[at + 2] = apply(s, thread);
        }
        go(s, thread, SETTLE);
      }
      default -> settle(s, thread);
    }
    return true;
  }

  private void begin(int[] s, int thread, Op op) {
    int seenWord = s[WORD];
    int at = at(thread);
    switch (op) {
      case GET -> {
        if (isOn(seenWord) || flaw == Flaw.OFF_READ_AS_VALUE) {
          result(s, thread, seenWord);
        } else {
          go(s, thread, ENTER);
        }
      }
      case ONE_TO_TWO -> {
        if (seenWord == 1) {
          s[WORD] = 2;
          result(s, thread, 1);
        } else if (isOn(seenWord) || flaw == Flaw.OFF_MEANS_UNEQUAL) {
          result(s, thread, 0);
        } else {
          go(s, thread, ENTER);
        }
      }
      case SET_ZERO, SET_WIDE, ADD_ONE, ADD_MINUS_ONE -> {
        if (op == Op.ADD_ONE || (op == Op.ADD_MINUS_ONE && flaw == Flaw.NEGATIVE_BLINDLY)) {
          addBlindly(s, thread, addend(op));
          return;
        }
        int value = target(op, seenWord);
        boolean off = !isOn(seenWord);
        boolean passes =
            (op == Op.ADD_MINUS_ONE
                ? flaw == Flaw.ADD_TO_AN_OFF_WORD
                : flaw == Flaw.REPLACE_AN_OFF_WORD);
        boolean wide = !isSoft(value) && flaw != Flaw.WIDE_VALUE_INTO_THE_WORD;
        s[at + 2] = seenWord;
        go(s, thread, (off && !passes) || (wide && !(off && passes)) ? ENTER : SWAP);
      }
      default -> go(s, thread, ENTER);
    }
  }

  private void addBlindly(int[] s, int thread, int addend) {
    int before = s[WORD];
    s[WORD] = wrap(before + addend);
    if (isSoft(before) || (isOn(before) && flaw == Flaw.SOFT_LIMIT_UNSEEN)) {
      result(s, thread, before);
    } else if (isOn(before)) {
      s[at(thread) + 2] = before;
      s[at(thread) + 3] = 1;
      go(s, thread, ENTER);
    } else {
      go(s, thread, flaw == Flaw.NO_UNDO ? ENTER : UNDO);
    }
  }

  private void settle(int[] s, int thread) {
    boolean stays =
        s[ASIDE] == 0
            || (s[EXISTS] == 0 && flaw != Flaw.SETTLE_THOUGH_ABSENT)
            || (s[HOLDER] >= 0 && flaw != Flaw.SETTLE_THOUGH_LOCKED)
            || (!isHome(s[VALUE]) && flaw != Flaw.SETTLE_THOUGH_WIDE);
    if (!stays && (s[WORD] == s[OFF] || flaw == Flaw.SETTLE_BY_PLAIN_WRITE)) {
      s[WORD] = s[VALUE];
      s[ASIDE] = 0;
      s[EXISTS] = 0;
      s[VALUE] = 0;
    }
    s[MONITOR] = -1;
    result(s, thread, s[at(thread) + 2]);
  }

  /** What the operation means: the counter aside, or the one that does one at a time. */
  private int apply(int[] s, int thread) {
    Op op = op(s, thread);
    boolean holds = s[HOLDER] == thread;
    boolean locked = s[HOLDER] >= 0;
    switch (op) {
      case UNLOCK, SET_UNDER_LOCK -> {
        if (!holds) {
          return REFUSED;
        }
      }
      case REMOVE -> {
        if (s[EXISTS] == 0 || locked) {
          return REFUSED;
        }
      }
      case GET -> {}
      default -> {
        if (locked) {
          return REFUSED;
        }
      }
    }
    int before = s[EXISTS] == 1 ? s[VALUE] : 0;
    s[EXISTS] = op == Op.REMOVE ? 0 : 1;
    s[VALUE] = op == Op.REMOVE ? 0 : target(op, before);
    if (op == Op.LOCK) {
      s[HOLDER] = thread;
    } else if (op == Op.UNLOCK) {
      s[HOLDER] = -1;
    }
    return op == Op.ONE_TO_TWO ? (before == 1 ? 1 : 0) : before;
  }

  private static int target(Op op, int before) {
    return switch (op) {
      case ADD_ONE, ADD_MINUS_ONE -> wrap(before + addend(op));
      case SET_ZERO -> 0;
      case SET_WIDE -> 20;
      case ONE_TO_TWO -> before == 1 ? 2 : before;
      case SET_UNDER_LOCK -> wrap(before + 1);
      default -> before;
    };
  }

  private static int addend(Op op) {
    return op == Op.ADD_ONE ? 1 : -1;
  }

  private static int wrap(int value) {
    return (value << 26) >> 26;
  }

  private static boolean isOn(int word) {
    return -16 <= word && word < 16;
  }

  private static boolean isSoft(int value) {
    return -4 <= value && value < 4;
  }

  private static boolean isHome(int value) {
    return -2 <= value && value < 2;
  }
}
