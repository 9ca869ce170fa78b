package io.sharedcounter.jmx;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Reply;

/**
 * One namespace as the MBeans see it: changes for callers from outside are announced here.
 * Thread-safe.
 */
record NamespaceFace(
    CounterRegistry registry, NamespaceFacts facts, FirstCounters first, Announcer announcer) {

  /** Applies a change for a caller from outside, who never waits for a lock, and announces it. */
  Reply change(String name, Change change) {
    Reply reply = registry.apply(name, change);
    announcer.changed(name, change, reply);
    return reply;
  }

  Reply change(String name, Operation operation, long argument, Call call) {
    return change(name, Change.of(operation, argument, call.origin()));
  }
}
