package io.sharedcounter.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** The end of a registry against changes: whatever is changed meanwhile, no counter lives on. */
public class ClosePairs {
  private ClosePairs() {}

  @JCStressTest
  @Outcome(id = "1, -99", expect = ACCEPTABLE, desc = "created, then closed")
  @Outcome(id = "-99, -99", expect = ACCEPTABLE, desc = "closed first")
  @Outcome(expect = FORBIDDEN, desc = "a counter lives on in a registry that is closed")
  @State
  public static class CloseCreate extends OneCounter {
    private final Counter created = new Counter(counter.table(), "b");

    public CloseCreate() {
      super(5);
    }

    @Actor
    public void first() {
      registry.close();
    }

    @Actor
    public void second(JJ_Result r) {
      r.r1 = tried(created::increment);
    }

    @Arbiter
    public void end(JJ_Result r) {
      r.r2 = tried(created::get);
    }
  }

  @JCStressTest
  @Outcome(id = "6, -99", expect = ACCEPTABLE, desc = "incremented, then closed")
  @Outcome(id = "-99, -99", expect = ACCEPTABLE, desc = "closed first")
  @Outcome(expect = FORBIDDEN, desc = "a counter lives on in a registry that is closed")
  @State
  public static class CloseIncrement extends OneCounter {
    public CloseIncrement() {
      super(5);
    }

    @Actor
    public void first() {
      registry.close();
    }

    @Actor
    public void second(JJ_Result r) {
      r.r1 = tried(counter::increment);
    }

    @Arbiter
    public void end(JJ_Result r) {
      r.r2 = tried(counter::get);
    }
  }
}
