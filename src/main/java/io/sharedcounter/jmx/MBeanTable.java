package io.sharedcounter.jmx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.ImmutableDescriptor;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanConstructorInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanNotificationInfo;
import javax.management.MBeanOperationInfo;
import org.jspecify.annotations.Nullable;

/**
 * The attributes and operations of one kind of MBean, by name, and the constant MBeanInfo made of
 * them. Immutable.
 *
 * @param <T> what they work on
 */
final class MBeanTable<T> {
  private final MBeanInfo info;
  private final Map<String, MBeanAttribute<? super T>> attributes = new LinkedHashMap<>();
  private final Map<String, MBeanOperation<? super T>> operations = new LinkedHashMap<>();

  /**
   * Creates a table.
   *
   * @throws IllegalArgumentException if a name is taken twice; Jolokia would ask for a signature
   */
  MBeanTable(
      String className,
      String description,
      List<? extends MBeanAttribute<? super T>> attributes,
      List<? extends MBeanOperation<? super T>> operations,
      MBeanNotificationInfo... notifications) {
    for (MBeanAttribute<? super T> attribute : attributes) {
      String name = attribute.info().getName();
      if (this.attributes.putIfAbsent(name, attribute) != null) {
        throw new IllegalArgumentException("attribute " + name + " is there twice");
      }
    }
    for (MBeanOperation<? super T> operation : operations) {
      String name = operation.info().getName();
      if (this.operations.putIfAbsent(name, operation) != null) {
        throw new IllegalArgumentException("operation " + name + " is there twice");
      }
    }
    info =
        new MBeanInfo(
            className,
            description,
            attributes.stream().map(MBeanAttribute::info).toArray(MBeanAttributeInfo[]::new),
            new MBeanConstructorInfo[0],
            operations.stream().map(MBeanOperation::info).toArray(MBeanOperationInfo[]::new),
            notifications,
            new ImmutableDescriptor("immutableInfo=true"));
  }

  /** Returns the entries of one kind of MBean, then those that a feature adds. */
  static <E> List<E> concat(List<? extends E> own, List<? extends E> more) {
    return Stream.<E>concat(own.stream(), more.stream()).toList();
  }

  MBeanInfo info() {
    return info;
  }

  @Nullable MBeanAttribute<? super T> attribute(@Nullable String name) {
    return attributes.get(name);
  }

  @Nullable MBeanOperation<? super T> operation(@Nullable String name) {
    return operations.get(name);
  }
}
