package io.sharedcounter.jmx;

import javax.management.ImmutableDescriptor;
import javax.management.MBeanAttributeInfo;
import org.jspecify.annotations.Nullable;

/**
 * One read-only attribute of an MBean: what consoles are told of it, and how it is read. Immutable.
 *
 * @param <T> what the attribute is read from
 * @param info name, type and description
 * @param reader reads the value; may be called by any thread
 */
public record MBeanAttribute<T>(MBeanAttributeInfo info, Reader<? super T> reader) {

  /**
   * How an attribute is read. Thread-safe.
   *
   * @param <T> what the attribute is read from
   */
  @FunctionalInterface
  public interface Reader<T> {
    /** Returns the value, which may be null if the attribute's description says so. */
    @Nullable Object read(T source);
  }

  /**
   * Returns an attribute.
   *
   * @param type the type, as {@link Class#getName} spells it
   */
  public static <T> MBeanAttribute<T> of(
      String name, String description, String type, Reader<? super T> reader) {
    return new MBeanAttribute<>(
        new MBeanAttributeInfo(name, type, description, true, false, false), reader);
  }

  /** Returns an attribute of type long that goes up and down, so that consoles can chart it. */
  public static <T> MBeanAttribute<T> gauge(
      String name, String description, String units, Reader<? super T> reader) {
    ImmutableDescriptor descriptor = new ImmutableDescriptor("units=" + units, "metricType=gauge");
    return new MBeanAttribute<>(
        new MBeanAttributeInfo(
            name, long.class.getName(), description, true, false, false, descriptor),
        reader);
  }
}
