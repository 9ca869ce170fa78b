package io.sharedcounter.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** Every pair of a change of a plain counter and a read. */
public class ReadPairs {
  private ReadPairs() {}

  @JCStressTest
  @Outcome(id = "12, 12, 12", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "12, 7, 12", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "a value was read that the counter never had")
  @State
  public static class IncrementGet extends OneCounter {
    public IncrementGet() {
      super(7);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.increment(5);
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.get();
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "7, 20, 20", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "7, 7, 20", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(expect = FORBIDDEN, desc = "a value was read that the counter never had")
  @State
  public static class GetSetGet extends OneCounter {
    public GetSetGet() {
      super(7);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = counter.getSet(20);
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.get();
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }
}
