package io.sharedcounter.jmx;

import java.util.Arrays;
import java.util.List;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanRegistration;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import org.jspecify.annotations.Nullable;

/**
 * An MBean that answers from a table: the one place where calls from outside are checked and errors
 * turned into the client's. Thread-safe.
 *
 * @param <T> what the table's entries work on
 */
class TableMBean<T> implements DynamicMBean, MBeanRegistration {
  private final MBeanTable<T> table;
  private final T target;
  private volatile @Nullable ObjectName name;

  TableMBean(MBeanTable<T> table, T target) {
    this.table = table;
    this.target = target;
  }

  final T target() {
    return target;
  }

  /**
   * Returns whether a server took this very object and has not let it go; what has its name may be
   * somebody else's.
   */
  final boolean isRegistered() {
    return name != null;
  }

  @Override
  public final MBeanInfo getMBeanInfo() {
    return table.info();
  }

  @Override
  public final @Nullable Object getAttribute(@Nullable String attributeName)
      throws AttributeNotFoundException {
    try {
      MBeanAttribute<? super T> attribute = table.attribute(attributeName);
      return attribute == null
          ? unlisted(String.valueOf(attributeName))
          : attribute.reader().read(target);
    } catch (RuntimeException | Error e) {
      throw ClientErrors.of(e, name, "attribute " + attributeName);
    }
  }

  /** Returns the value of an attribute that is not in the table. */
  Object unlisted(String attributeName) throws AttributeNotFoundException {
    throw new AttributeNotFoundException("Not found: attribute " + attributeName);
  }

  /** Returns the attributes that can be read, without those that cannot. */
  @Override
  public final AttributeList getAttributes(String[] attributeNames) {
    AttributeList values = new AttributeList();
    for (String attributeName : attributeNames) {
      try {
        values.add(new Attribute(attributeName, getAttribute(attributeName)));
      } catch (AttributeNotFoundException | RuntimeException e) {
        // The contract of getAttributes: what cannot be read is left out.
      }
    }
    return values;
  }

  @Override
  public final void setAttribute(Attribute attribute) throws AttributeNotFoundException {
    throw new AttributeNotFoundException(
        "attribute " + attribute.getName() + " is read-only; use the operation set");
  }

  @Override
  public final AttributeList setAttributes(AttributeList attributes) {
    return new AttributeList();
  }

  /** Runs an operation. Does not look at {@code signature}: no operation is overloaded. */
  @Override
  public final @Nullable Object invoke(
      @Nullable String operationName, Object @Nullable [] arguments, String @Nullable [] signature)
      throws ReflectionException {
    MBeanOperation<? super T> operation = table.operation(operationName);
    if (operation == null) {
      String text = "no operation " + operationName;
      throw new ReflectionException(new NoSuchMethodException(text), text);
    }
    try {
      List<Object> checked = check(operation, arguments == null ? new Object[0] : arguments);
      return operation.handler().handle(target, new Call(Origins.current(), checked));
    } catch (RuntimeException | Error e) {
      throw ClientErrors.of(e, name, "operation " + operationName);
    }
  }

  private static List<Object> check(MBeanOperation<?> operation, @Nullable Object[] arguments) {
    String name = operation.info().getName();
    MBeanParameterInfo[] parameters = operation.info().getSignature();
    if (arguments.length != parameters.length) {
      List<String> wanted = Arrays.stream(parameters).map(MBeanParameterInfo::getName).toList();
      throw new IllegalArgumentException(
          name + ": arguments must be " + wanted + ", found " + arguments.length);
    }
    for (int i = 0; i < parameters.length; i++) {
      Object argument = arguments[i];
      String type = parameters[i].getType();
      Class<?> wanted = type.equals("long") ? Long.class : String.class;
      if (!wanted.isInstance(argument)) {
        String found = argument == null ? "null" : "a " + argument.getClass().getName();
        throw new IllegalArgumentException(
            name + ": " + parameters[i].getName() + " must be a " + type + ", not " + found);
      }
    }
    return List.of(arguments);
  }

  @Override
  public final ObjectName preRegister(MBeanServer server, ObjectName given) {
    name = given;
    return given;
  }

  @Override
  public final void postRegister(Boolean done) {}

  @Override
  public final void preDeregister() {}

  @Override
  public final void postDeregister() {
    name = null;
  }
}
