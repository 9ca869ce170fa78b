package io.sharedcounter.core;

import static io.sharedcounter.core.WordModel.Op.ADD_MINUS_ONE;
import static io.sharedcounter.core.WordModel.Op.ADD_ONE;
import static io.sharedcounter.core.WordModel.Op.GET;
import static io.sharedcounter.core.WordModel.Op.LOCK;
import static io.sharedcounter.core.WordModel.Op.ONE_TO_TWO;
import static io.sharedcounter.core.WordModel.Op.REMOVE;
import static io.sharedcounter.core.WordModel.Op.SET_UNDER_LOCK;
import static io.sharedcounter.core.WordModel.Op.SET_WIDE;
import static io.sharedcounter.core.WordModel.Op.SET_ZERO;
import static io.sharedcounter.core.WordModel.Op.UNLOCK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.sharedcounter.core.WordModel.Flaw;
import io.sharedcounter.core.WordModel.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every interleaving of three threads on the word comes to an end that one at a time can reach. */
class WordModelTest {
  private static final int[] STARTS = {-5, -4, 0, 1, 3, 20};

  private static final List<List<Op>> PROGRAMS =
      List.of(
          List.of(ADD_ONE, ADD_ONE),
          List.of(ADD_MINUS_ONE),
          List.of(SET_WIDE, SET_ZERO),
          List.of(SET_ZERO),
          List.of(ONE_TO_TWO),
          List.of(GET, GET),
          List.of(REMOVE),
          List.of(LOCK, SET_UNDER_LOCK, UNLOCK));

  @Test
  void noInterleavingEndsWhereOneAtATimeCannot() {
    for (List<List<Op>> three : scenarios()) {
      for (int start : STARTS) {
        assertEquals(Set.of(), wrongEnds(three, start, Flaw.NONE), () -> three.toString());
      }
    }
  }

  @Test
  void theModelReachesMoreThanOneEnd() {
    List<List<Op>> three = List.of(PROGRAMS.get(0), PROGRAMS.get(2), PROGRAMS.get(7));
    assertFalse(WordModel.ends(three, 3, Flaw.NONE).size() < 10);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyCheckAndStepIsNeeded(Flaw flaw) {
    assertFalse(
        scenarios().stream()
            .allMatch(
                three ->
                    Arrays.stream(STARTS)
                        .allMatch(start -> wrongEnds(three, start, flaw).isEmpty())),
        "nothing goes wrong without it");
  }

  private static Set<String> wrongEnds(List<List<Op>> programs, int start, Flaw flaw) {
    Set<String> wrong = new HashSet<>(WordModel.ends(programs, start, flaw));
    wrong.removeAll(WordModel.exactEnds(programs, start));
    return wrong;
  }

  /** Every three of the programs, and one thread that would carry the word into the off range. */
  private static List<List<List<Op>>> scenarios() {
    List<List<List<Op>>> threes = new ArrayList<>();
    threes.add(List.of(Collections.nCopies(14, ADD_ONE)));
    for (int i = 0; i < PROGRAMS.size(); i++) {
      for (int j = i; j < PROGRAMS.size(); j++) {
        for (int k = j; k < PROGRAMS.size(); k++) {
          threes.add(List.of(PROGRAMS.get(i), PROGRAMS.get(j), PROGRAMS.get(k)));
        }
      }
    }
    return threes;
  }
}
