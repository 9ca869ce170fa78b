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

/** Locks against changes by others: no change but the holder's lands in between. */
public class LockPairs {
  private LockPairs() {}

  @JCStressTest
  @Outcome(id = "0, 11, 11", expect = ACCEPTABLE, desc = "locked first")
  @Outcome(id = "1, 1, 11", expect = ACCEPTABLE, desc = "incremented first")
  @Outcome(id = "0, -99, 10", expect = ACCEPTABLE, desc = "refused in between")
  @Outcome(expect = FORBIDDEN, desc = "a change landed while the lock was held")
  @State
  public static class LockIncrement extends OneCounter {
    public LockIncrement() {
      super(0);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = heldSetPlusTen();
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = tried(counter::increment);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "0, 10, 5", expect = ACCEPTABLE, desc = "locked first")
  @Outcome(id = "5, 0, 15", expect = ACCEPTABLE, desc = "replaced first")
  @Outcome(id = "0, -99, 10", expect = ACCEPTABLE, desc = "refused in between")
  @Outcome(expect = FORBIDDEN, desc = "a change landed while the lock was held")
  @State
  public static class LockGetSet extends OneCounter {
    public LockGetSet() {
      super(0);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = heldSetPlusTen();
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = tried(() -> counter.getSet(5));
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "0, 9, 9", expect = ACCEPTABLE, desc = "locked first")
  @Outcome(id = "-1, -1, 9", expect = ACCEPTABLE, desc = "changed first")
  @Outcome(id = "0, -99, 10", expect = ACCEPTABLE, desc = "refused in between")
  @Outcome(expect = FORBIDDEN, desc = "a change landed while the lock was held")
  @State
  public static class LockNegative extends OneCounter {
    public LockNegative() {
      super(0);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = heldSetPlusTen();
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = tried(() -> counter.increment(-1));
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "0, 0, 10", expect = ACCEPTABLE, desc = "locked first")
  @Outcome(id = "5, 1, 15", expect = ACCEPTABLE, desc = "set first")
  @Outcome(id = "0, -99, 10", expect = ACCEPTABLE, desc = "refused in between")
  @Outcome(expect = FORBIDDEN, desc = "a change landed while the lock was held")
  @State
  public static class LockCompareAndSet extends OneCounter {
    public LockCompareAndSet() {
      super(0);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = heldSetPlusTen();
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = tried(() -> counter.compareAndSet(0, 5) ? 1 : 0);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "3, 13, -99", expect = ACCEPTABLE, desc = "locked first")
  @Outcome(id = "0, 3, 10", expect = ACCEPTABLE, desc = "removed first")
  @Outcome(id = "3, -99, 13", expect = ACCEPTABLE, desc = "refused in between")
  @Outcome(expect = FORBIDDEN, desc = "removed while the lock was held")
  @State
  public static class LockRemove extends OneCounter {
    public LockRemove() {
      super(3);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = heldSetPlusTen();
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
  @Outcome(id = "0, 0, 10", expect = ACCEPTABLE, desc = "read before")
  @Outcome(id = "0, 10, 10", expect = ACCEPTABLE, desc = "read after")
  @Outcome(expect = FORBIDDEN, desc = "a value was read that the counter never had")
  @State
  public static class LockGet extends OneCounter {
    public LockGet() {
      super(0);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = heldSetPlusTen();
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
  @Outcome(id = "0, 10, 20", expect = ACCEPTABLE, desc = "first, then second")
  @Outcome(id = "10, 0, 20", expect = ACCEPTABLE, desc = "second, then first")
  @Outcome(id = "0, -99, 10", expect = ACCEPTABLE, desc = "second was refused")
  @Outcome(id = "-99, 0, 10", expect = ACCEPTABLE, desc = "first was refused")
  @Outcome(expect = FORBIDDEN, desc = "two held the lock at once")
  @State
  public static class LockLock extends OneCounter {
    public LockLock() {
      super(0);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = tried(this::heldSetPlusTen);
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = tried(this::heldSetPlusTen);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "2, 1, 2", expect = ACCEPTABLE, desc = "the holder was in time")
  @Outcome(id = "1, -99, 1", expect = ACCEPTABLE, desc = "the lease had ended")
  @Outcome(expect = FORBIDDEN, desc = "a late holder changed the counter after another had")
  @State
  public static class LateHolderIncrement extends OneCounter {
    private final CounterLock lock = lock();

    private long late() {
      endLeases();
      return counter.increment();
    }

    public LateHolderIncrement() {
      super(0);
    }

    @Actor
    public void first(JJJ_Result r) {
      r.r1 = late();
    }

    @Actor
    public void second(JJJ_Result r) {
      r.r2 = tried(lock::increment);
    }

    @Arbiter
    public void end(JJJ_Result r) {
      r.r3 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "0, -99, -99, 0", expect = ACCEPTABLE, desc = "both refused")
  @Outcome(id = "0, -99, 3, 3", expect = ACCEPTABLE, desc = "released in between")
  @Outcome(id = "0, 1, 4, 4", expect = ACCEPTABLE, desc = "both added")
  @Outcome(expect = FORBIDDEN, desc = "an adder's number stayed in the word, or was lost")
  @State
  public static class UnlockMeetsAdders extends OneCounter {
    private final CounterLock lock = lock();

    public UnlockMeetsAdders() {
      super(0);
    }

    @Actor
    public void first(JJJJ_Result r) {
      r.r1 = tried(() -> closed(lock));
    }

    @Actor
    public void second(JJJJ_Result r) {
      r.r2 = tried(counter::increment);
      r.r3 = tried(() -> counter.increment(3));
    }

    @Arbiter
    public void end(JJJJ_Result r) {
      r.r4 = left(counter);
    }
  }

  @JCStressTest
  @Outcome(id = "0, -99, -99, 10", expect = ACCEPTABLE, desc = "both refused")
  @Outcome(id = "1, 1, -99, 11", expect = ACCEPTABLE, desc = "1, lock, 3 refused")
  @Outcome(id = "0, -99, 13, 13", expect = ACCEPTABLE, desc = "1 refused, lock, 3")
  @Outcome(id = "0, 11, 14, 14", expect = ACCEPTABLE, desc = "lock, 1, 3")
  @Outcome(id = "1, 1, 14, 14", expect = ACCEPTABLE, desc = "1, lock, 3")
  @Outcome(id = "4, 1, 4, 14", expect = ACCEPTABLE, desc = "1, 3, lock")
  @Outcome(expect = FORBIDDEN, desc = "a change landed while the lock was held")
  @State
  public static class LockMeetsAdders extends OneCounter {
    public LockMeetsAdders() {
      super(0);
    }

    @Actor
    public void first(JJJJ_Result r) {
      r.r1 = heldSetPlusTen();
    }

    @Actor
    public void second(JJJJ_Result r) {
      r.r2 = tried(counter::increment);
      r.r3 = tried(() -> counter.increment(3));
    }

    @Arbiter
    public void end(JJJJ_Result r) {
      r.r4 = left(counter);
    }
  }
}
