package io.sharedcounter.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJJ_Result;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * Pairs at the point where a value leaves the word, and where it comes back. Values near 2^61 are
 * shown as their distance from it, small ones as they are plus 100.
 */
public class WidePairs {
  private WidePairs() {}

  @JCStressTest
  @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class IncrementIncrement extends OneCounter {
    public IncrementIncrement() {
      super(EDGE - 1);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = near(counter.increment());
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = near(counter.increment());
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = near(left(counter));
    }
  }

  @JCStressTest
  @Outcome(id = "0, 0, 5", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "5, -2, 5", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class AboveIncrementIncrement extends OneCounter {
    public AboveIncrementIncrement() {
      super(EDGE - 2);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = near(counter.increment(2));
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = near(counter.getIncrement(5));
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = near(left(counter));
    }
  }

  @JCStressTest
  @Outcome(id = "0, -1, -1", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "-1, -2, -1", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class IncrementNegative extends OneCounter {
    public IncrementNegative() {
      super(EDGE - 1);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = near(counter.increment());
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = near(counter.increment(-1));
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = near(left(counter));
    }
  }

  @JCStressTest
  @Outcome(id = "0, 0, 100", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "101, -1, 101", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class IncrementGetSet extends OneCounter {
    public IncrementGetSet() {
      super(EDGE - 1);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = near(counter.increment());
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = near(counter.getSet(0));
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = near(left(counter));
    }
  }

  @JCStressTest
  @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "101, 1, 101", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class IncrementCompareAndSet extends OneCounter {
    public IncrementCompareAndSet() {
      super(EDGE - 1);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = near(counter.increment());
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.compareAndSet(EDGE - 1, 0) ? 1 : 0;
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = near(left(counter));
    }
  }

  @JCStressTest
  @Outcome(id = "0, 0, -99", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "101, -1, 101", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class IncrementRemove extends OneCounter {
    public IncrementRemove() {
      super(EDGE - 1);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = near(counter.increment());
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = near(registry.remove("a"));
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = near(left(counter));
    }
  }

  @JCStressTest
  @Outcome(id = "100, 8, 100", expect = ACCEPTABLE, desc = "incremented, then set")
  @Outcome(id = "100, 101, 101", expect = ACCEPTABLE, desc = "set, then incremented")
  @Outcome(expect = FORBIDDEN, desc = "an adder's number stayed in the word, or was lost")
  @State
  public static class HomecomingIncrement extends OneCounter {
    public HomecomingIncrement() {
      super(EDGE + 7);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = near(counter.set(0));
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = near(tried(counter::increment));
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = near(left(counter));
    }
  }

  @JCStressTest
  @Outcome(id = "7, 101, 104, 104", expect = ACCEPTABLE, desc = "set, 1, 3")
  @Outcome(id = "8, 8, 103, 103", expect = ACCEPTABLE, desc = "1, set, 3")
  @Outcome(id = "11, 8, 11, 100", expect = ACCEPTABLE, desc = "1, 3, set")
  @Outcome(expect = FORBIDDEN, desc = "an adder's number stayed in the word, or was lost")
  @State
  public static class HomecomingMeetsAdders extends OneCounter {
    public HomecomingMeetsAdders() {
      super(EDGE + 7);
    }

    @Actor
    public void first(JJJJ_Result r) {
      r.r1 = near(counter.getSet(0));
    }

    @Actor
    public void second(JJJJ_Result r) {
      r.r2 = near(counter.increment());
      r.r3 = near(counter.increment(3));
    }

    @Arbiter
    public void end(JJJJ_Result r) {
      r.r4 = near(left(counter));
    }
  }

  @JCStressTest
  @Outcome(id = "0, 9223372036854775710, 0", expect = ACCEPTABLE, desc = "first fits")
  @Outcome(id = "9223372036854775710, 0, 0", expect = ACCEPTABLE, desc = "second fits")
  @Outcome(expect = FORBIDDEN, desc = "wrapped silently, or refused what fits")
  @State
  public static class TopTop extends OneCounter {
    public TopTop() {
      super(Long.MAX_VALUE - 1);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(counter::increment) - Long.MAX_VALUE;
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = tried(counter::increment) - Long.MAX_VALUE;
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter) - Long.MAX_VALUE;
    }
  }

  @JCStressTest
  @Outcome(id = "0, 9223372036854775709, 0", expect = ACCEPTABLE, desc = "first fits")
  @Outcome(id = "9223372036854775709, 0, 0", expect = ACCEPTABLE, desc = "second fits")
  @Outcome(expect = FORBIDDEN, desc = "wrapped silently, or refused what fits")
  @State
  public static class BottomBottom extends OneCounter {
    public BottomBottom() {
      super(Long.MIN_VALUE + 1);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(() -> counter.increment(-1)) - Long.MIN_VALUE;
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = tried(() -> counter.increment(-1)) - Long.MIN_VALUE;
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter) - Long.MIN_VALUE;
    }
  }
}
