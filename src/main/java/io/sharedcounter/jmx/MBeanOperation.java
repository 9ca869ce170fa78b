package io.sharedcounter.jmx;

import java.util.List;
import javax.management.Descriptor;
import javax.management.ImmutableDescriptor;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import org.jspecify.annotations.Nullable;

/**
 * One operation of an MBean: what consoles are told of it, and what it does. Immutable.
 *
 * @param <T> what the operation works on
 * @param info name, description, parameters, result type and impact
 * @param handler what the operation does
 */
public record MBeanOperation<T>(MBeanOperationInfo info, Handler<? super T> handler) {

  /**
   * What an operation does. Thread-safe.
   *
   * @param <T> what the operation works on
   */
  @FunctionalInterface
  public interface Handler<T> {
    /**
     * Answers a call, for a void operation with null.
     *
     * @throws RuntimeException which reaches the client as a JDK exception with the same text
     */
    @Nullable Object handle(T target, Call call);
  }

  /**
   * Returns an operation.
   *
   * @param impact one of the constants of {@link MBeanOperationInfo}
   * @param result the result type, as {@link Class#getName} spells it
   * @param parameters made by {@link #text} and {@link #number}
   */
  public static <T> MBeanOperation<T> of(
      String name,
      String description,
      int impact,
      String result,
      List<MBeanParameterInfo> parameters,
      Handler<? super T> handler) {
    MBeanParameterInfo[] signature = parameters.toArray(new MBeanParameterInfo[0]);
    return new MBeanOperation<>(
        new MBeanOperationInfo(name, description, signature, result, impact), handler);
  }

  /** Returns a parameter of type String. */
  public static MBeanParameterInfo text(String name, String description) {
    return new MBeanParameterInfo(name, String.class.getName(), description);
  }

  /** Returns a parameter of type long, of which JConsole shows {@code units}. */
  public static MBeanParameterInfo number(String name, String description, String units) {
    Descriptor descriptor = new ImmutableDescriptor("units=" + units);
    return new MBeanParameterInfo(name, long.class.getName(), description, descriptor);
  }
}
