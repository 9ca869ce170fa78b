package io.sharedcounter.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** Pairs of operations of which one creates or removes the counter. */
public class LifePairs {
  private LifePairs() {}

  @JCStressTest
  @Outcome(id = "5, 1, 1", expect = ACCEPTABLE, desc = "removed, then created again")
  @Outcome(id = "6, 6, -99", expect = ACCEPTABLE, desc = "incremented, then removed")
  @Outcome(expect = FORBIDDEN, desc = "an increment went into a counter that was gone")
  @State
  public static class RemoveIncrement extends OneCounter {
    public RemoveIncrement() {
      super(5);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(() -> registry.remove("a"));
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
  @Outcome(id = "5, -1, -1", expect = ACCEPTABLE, desc = "removed, then created again")
  @Outcome(id = "4, 4, -99", expect = ACCEPTABLE, desc = "changed, then removed")
  @Outcome(expect = FORBIDDEN, desc = "a change went into a counter that was gone")
  @State
  public static class RemoveNegative extends OneCounter {
    public RemoveNegative() {
      super(5);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(() -> registry.remove("a"));
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
  @Outcome(id = "5, 0, 9", expect = ACCEPTABLE, desc = "removed, then created again")
  @Outcome(id = "9, 5, -99", expect = ACCEPTABLE, desc = "replaced, then removed")
  @Outcome(expect = FORBIDDEN, desc = "a change went into a counter that was gone")
  @State
  public static class RemoveGetSet extends OneCounter {
    public RemoveGetSet() {
      super(5);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(() -> registry.remove("a"));
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.getSet(9);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "5, 9, 9", expect = ACCEPTABLE, desc = "removed, then created again")
  @Outcome(id = "9, 9, -99", expect = ACCEPTABLE, desc = "set, then removed")
  @Outcome(expect = FORBIDDEN, desc = "a change went into a counter that was gone")
  @State
  public static class RemoveSet extends OneCounter {
    public RemoveSet() {
      super(5);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(() -> registry.remove("a"));
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.set(9);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "5, 0, 0", expect = ACCEPTABLE, desc = "removed, then created at 0, unequal")
  @Outcome(id = "9, 1, -99", expect = ACCEPTABLE, desc = "set, then removed")
  @Outcome(expect = FORBIDDEN, desc = "a change went into a counter that was gone")
  @State
  public static class RemoveCompareAndSet extends OneCounter {
    public RemoveCompareAndSet() {
      super(5);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(() -> registry.remove("a"));
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = counter.compareAndSet(5, 9) ? 1 : 0;
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "5, -99, -99", expect = ACCEPTABLE, desc = "first removes")
  @Outcome(id = "-99, 5, -99", expect = ACCEPTABLE, desc = "second removes")
  @Outcome(expect = FORBIDDEN, desc = "removed twice, or not at all")
  @State
  public static class RemoveRemove extends OneCounter {
    public RemoveRemove() {
      super(5);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(() -> registry.remove("a"));
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = tried(() -> registry.remove("a"));
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "5, 5, -99", expect = ACCEPTABLE, desc = "read before")
  @Outcome(id = "5, -99, -99", expect = ACCEPTABLE, desc = "read after")
  @Outcome(expect = FORBIDDEN, desc = "a value was read that the counter never had")
  @State
  public static class RemovePeek extends OneCounter {
    public RemovePeek() {
      super(5);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(() -> registry.remove("a"));
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = left(counter);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "5, 5, -99", expect = ACCEPTABLE, desc = "read before")
  @Outcome(id = "5, 0, 0", expect = ACCEPTABLE, desc = "removed, then created by get")
  @Outcome(expect = FORBIDDEN, desc = "a value was read that the counter never had")
  @State
  public static class RemoveGet extends OneCounter {
    public RemoveGet() {
      super(5);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(() -> registry.remove("a"));
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
  @Outcome(id = "5, 1, 1", expect = ACCEPTABLE, desc = "removed, then created again")
  @Outcome(id = "6, 6, -99", expect = ACCEPTABLE, desc = "incremented, then removed")
  @Outcome(expect = FORBIDDEN, desc = "two counters live under one name")
  @State
  public static class RemoveNewHandle extends OneCounter {
    public RemoveNewHandle() {
      super(5);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(() -> registry.remove("a"));
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = registry.counter("a").increment();
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(registry.counter("a"));
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2, 22", expect = ACCEPTABLE, desc = "first creates")
  @Outcome(id = "2, 1, 22", expect = ACCEPTABLE, desc = "second creates")
  @Outcome(expect = FORBIDDEN, desc = "created twice, or counted twice")
  @State
  public static class CreateCreate extends OneCounter {
    public CreateCreate() {
      super(5);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = registry.increment("b");
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = registry.increment("b");
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = registry.peek("b").orElse(0) * 10 + registry.count();
    }
  }

  @JCStressTest
  @Outcome(id = "0, 1, 12", expect = ACCEPTABLE, desc = "first creates")
  @Outcome(id = "1, 1, 12", expect = ACCEPTABLE, desc = "second creates")
  @Outcome(expect = FORBIDDEN, desc = "created twice, or counted twice")
  @State
  public static class CreateByGetIncrement extends OneCounter {
    public CreateByGetIncrement() {
      super(5);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = registry.get("b");
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = registry.increment("b");
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = registry.peek("b").orElse(0) * 10 + registry.count();
    }
  }

  @JCStressTest
  @Outcome(id = "1, -99, 12", expect = ACCEPTABLE, desc = "not there yet")
  @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "created, then removed")
  @Outcome(expect = FORBIDDEN, desc = "removed what was not there, or counted wrongly")
  @State
  public static class CreateRemove extends OneCounter {
    public CreateRemove() {
      super(5);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = registry.increment("b");
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = tried(() -> registry.remove("b"));
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = registry.peek("b").orElse(0) * 10 + registry.count();
    }
  }

  @JCStressTest
  @Outcome(id = "1, -99, 2", expect = ACCEPTABLE, desc = "first gets the last place")
  @Outcome(id = "-99, 1, 2", expect = ACCEPTABLE, desc = "second gets the last place")
  @Outcome(expect = FORBIDDEN, desc = "too many counters, or a place was left empty")
  @State
  public static class LimitLimit extends OneCounter {
    public LimitLimit() {
      super(5, 2);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(() -> registry.increment("b"));
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = tried(() -> registry.increment("c"));
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = registry.count();
    }
  }
}
