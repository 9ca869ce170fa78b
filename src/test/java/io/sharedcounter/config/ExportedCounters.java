package io.sharedcounter.config;

import io.sharedcounter.SharedCounters;
import io.sharedcounter.core.CounterRegistry;

/** An application whose counters a Prometheus agent reads. Confined to the main thread. */
final class ExportedCounters {
  private ExportedCounters() {}

  /** Opens counters, says so, and waits for the end of standard input. */
  public static void main(String[] arguments) throws Exception {
    try (SharedCounters counters = SharedCounters.open()) {
      CounterRegistry orders = counters.namespace("orders");
      orders.set("created", 1280);
      orders.set("net, \"EUR\"", -5);
      orders.set("next order id", 500_123);
      counters.namespace("mail").set("sent", 7);
      System.out.println("open");
      while (System.in.read() >= 0) {}
    }
  }
}
