package io.sharedcounter.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** Every pair of operations that change a plain counter, in normal range. */
public class ChangePairs {
  private ChangePairs() {}

  @JCStressTest
  @Outcome(id = "1, 2, 2", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "2, 1, 2", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class IncrementIncrement extends OneCounter {
    public IncrementIncrement() {
      super(0);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.increment();
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.increment();
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "5, 5, 8", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "8, 0, 8", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class IncrementGetIncrement extends OneCounter {
    public IncrementGetIncrement() {
      super(0);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.increment(5);
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.getIncrement(3);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "5, 2, 2", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "2, -3, 2", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class PositiveNegative extends OneCounter {
    public PositiveNegative() {
      super(0);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.increment(5);
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.increment(-3);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "-5, -5, -8", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "-8, 0, -8", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class NegativeNegative extends OneCounter {
    public NegativeNegative() {
      super(0);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.increment(-5);
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.getIncrement(-3);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1099511627777, 1099511627777", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "1, 1, 1099511627777", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class LargeSmall extends OneCounter {
    public LargeSmall() {
      super(0);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.increment(1L << 40) >> 40;
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.increment();
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "7, 21, 21", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "8, 8, 20", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(
      expect = FORBIDDEN,
      desc = "an increment was lost, or the previous value is none that was replaced")
  @State
  public static class GetSetIncrement extends OneCounter {
    public GetSetIncrement() {
      super(7);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.getSet(20);
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.increment();
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "20, 21, 21", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "20, 8, 20", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class SetIncrement extends OneCounter {
    public SetIncrement() {
      super(7);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.set(20);
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.increment();
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 21, 21", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "0, 8, 8", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "set though the value was another, or an increment was lost")
  @State
  public static class CompareAndSetIncrement extends OneCounter {
    public CompareAndSetIncrement() {
      super(7);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.compareAndSet(7, 20) ? 1 : 0;
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.increment();
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 19, 19", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "0, 6, 6", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "set though the value was another, or a change was lost")
  @State
  public static class CompareAndSetNegative extends OneCounter {
    public CompareAndSetNegative() {
      super(7);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.compareAndSet(7, 20) ? 1 : 0;
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.increment(-1);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "7, 20, 30", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "30, 7, 20", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "two replaced the same value")
  @State
  public static class GetSetGetSet extends OneCounter {
    public GetSetGetSet() {
      super(7);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.getSet(20);
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.getSet(30);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "7, 18, 18", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "5, 5, 20", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "an update was lost, doubled or seen half done")
  @State
  public static class GetSetNegative extends OneCounter {
    public GetSetNegative() {
      super(7);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.getSet(20);
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.increment(-2);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "7, 0, 20", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "30, 1, 20", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "both replaced the same value")
  @State
  public static class GetSetCompareAndSet extends OneCounter {
    public GetSetCompareAndSet() {
      super(7);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.getSet(20);
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.compareAndSet(7, 30) ? 1 : 0;
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 0, 8", expect = ACCEPTABLE, desc = "first wins")
  @Outcome(id = "0, 1, 9", expect = ACCEPTABLE, desc = "second wins")
  @Outcome(expect = FORBIDDEN, desc = "both won, or none")
  @State
  public static class CompareAndSetCompareAndSet extends OneCounter {
    public CompareAndSetCompareAndSet() {
      super(7);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.compareAndSet(7, 8) ? 1 : 0;
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.compareAndSet(7, 9) ? 1 : 0;
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }
}
