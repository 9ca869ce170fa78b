package io.sharedcounter.jmx;

import java.util.List;
import java.util.function.Supplier;

/**
 * What the registry MBean of one namespace tells beside its counters. Immutable, apart from what
 * {@code state} answers.
 *
 * @param features the words of the configuration, such as {@code archive}; empty when all are off
 * @param durability what an acknowledged change survives, in words
 * @param state answers {@code OK}, or the reason why the namespace refuses changes; asked at each
 *     read of the attribute, by any thread
 * @param instanceId tells this instance from every other one, in this JVM and elsewhere
 * @param counterMBeans how many counters at most get an MBean of their own; 0 for none
 */
public record NamespaceFacts(
    List<String> features,
    String durability,
    Supplier<String> state,
    String instanceId,
    int counterMBeans) {

  /**
   * Copies and checks the components.
   *
   * @throws IllegalArgumentException if {@code counterMBeans} is negative
   */
  public NamespaceFacts {
    features = List.copyOf(features);
    if (counterMBeans < 0) {
      throw new IllegalArgumentException(
          "counter-mbeans is " + counterMBeans + "; use 0 for none, or more");
    }
  }
}
