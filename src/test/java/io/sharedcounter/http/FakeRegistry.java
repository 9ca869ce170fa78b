package io.sharedcounter.http;

import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.security.auth.Subject;

/**
 * An MBean with the operations of a namespace, so that HTTP can be tested without the rest of the
 * library. Thread-safe.
 */
final class FakeRegistry implements DynamicMBean, AutoCloseable {
  static final String NAME = "io.sharedcounter:type=CounterRegistry,namespace=test";
  private static final String LONG = "long";
  private static final String STRING = "java.lang.String";

  final Map<String, Long> counters = new TreeMap<>();
  final CountDownLatch entered = new CountDownLatch(1);
  final CountDownLatch leave = new CountDownLatch(1);
  private final ObjectName name;
  private final MBeanInfo info = describe();

  FakeRegistry() throws JMException {
    this(NAME);
  }

  FakeRegistry(String name) throws JMException {
    this.name = new ObjectName(name);
    ManagementFactory.getPlatformMBeanServer().registerMBean(this, this.name);
  }

  @Override
  public void close() throws JMException {
    leave.countDown();
    ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
  }

  private static MBeanInfo describe() {
    return new MBeanInfo(
        FakeRegistry.class.getName(),
        "for tests",
        new MBeanAttributeInfo[] {
          new MBeanAttributeInfo("CounterCount", LONG, "how many", true, false, false),
          new MBeanAttributeInfo("Origin", STRING, "who asks", true, false, false),
        },
        null,
        new MBeanOperationInfo[] {
          operation("get", LONG, "name"),
          operation("peek", LONG, "name"),
          operation("set", LONG, "name", "value"),
          operation("getSet", LONG, "name", "value"),
          operation("increment", LONG, "name"),
          operation("getIncrement", LONG, "name"),
          operation("incrementBy", LONG, "name", "value"),
          operation("getAllCounters", "java.util.Map"),
          operation("findCounters", "java.util.Map", "pattern", "after", "limit"),
          operation("setAndUnlock", LONG, "name", "token", "value"),
          operation("unlockCounter", "void", "name", "token"),
          operation("breakLock", "void", "name"),
          operation("waitForTest", "void"),
          operation("snapshot", "void"),
        },
        null);
  }

  private static MBeanOperationInfo operation(String name, String type, String... parameters) {
    List<MBeanParameterInfo> infos = new ArrayList<>();
    for (String parameter : parameters) {
      String parameterType = parameter.equals("value") || parameter.equals("limit") ? LONG : STRING;
      infos.add(new MBeanParameterInfo(parameter, parameterType, parameter));
    }
    return new MBeanOperationInfo(
        name, name, infos.toArray(new MBeanParameterInfo[0]), type, MBeanOperationInfo.ACTION);
  }

  @Override
  public Object invoke(String operation, Object[] arguments, String[] signature)
      throws MBeanException, ReflectionException {
    for (Method method : Operations.class.getDeclaredMethods()) {
      if (method.getName().equals(operation)) {
        try {
          return method.invoke(new Operations(), arguments);
        } catch (InvocationTargetException e) {
          throw e.getCause() instanceof RuntimeException refused
              ? refused
              : new IllegalStateException(e);
        } catch (IllegalAccessException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    throw new ReflectionException(new NoSuchMethodException(operation));
  }

  /** What the operations do, reached by their names. */
  final class Operations {
    long get(String name) {
      return getIncrementBy(name, 0);
    }

    long peek(String name) {
      synchronized (counters) {
        if (!counters.containsKey(name)) {
          throw new IllegalArgumentException("Not found: " + name);
        }
        return counters.get(name);
      }
    }

    long set(String name, long value) {
      getSet(name, value);
      return value;
    }

    long getSet(String name, long value) {
      synchronized (counters) {
        Long previous = counters.put(name, value);
        return previous == null ? 0 : previous;
      }
    }

    long increment(String name) {
      return incrementBy(name, 1);
    }

    long getIncrement(String name) {
      return getIncrementBy(name, 1);
    }

    long incrementBy(String name, long value) {
      return getIncrementBy(name, value) + value;
    }

    private long getIncrementBy(String name, long value) {
      synchronized (counters) {
        long previous = counters.getOrDefault(name, 0L);
        try {
          counters.put(name, Math.addExact(previous, value));
        } catch (ArithmeticException e) {
          throw new ArithmeticException("Overflow: " + name);
        }
        return previous;
      }
    }

    Map<String, Long> getAllCounters() {
      synchronized (counters) {
        return new TreeMap<>(counters);
      }
    }

    Map<String, Long> findCounters(String pattern, String after, long limit) {
      return Map.of("pattern=" + pattern + " after=" + after, limit);
    }

    long setAndUnlock(String name, String token, long value) {
      return set(name, value);
    }

    void unlockCounter(String name, String token) {
      if (!token.equals("right")) {
        throw new IllegalStateException("Not locked: " + name);
      }
    }

    void breakLock(String name) {
      counters.remove(name);
    }

    void snapshot() throws InterruptedException {
      entered.countDown();
      leave.await();
    }

    void waitForTest() {}
  }

  @Override
  public Object getAttribute(String attribute) throws AttributeNotFoundException {
    if (attribute.equals("Origin")) {
      return origin();
    }
    if (attribute.equals("CounterCount")) {
      synchronized (counters) {
        return (long) counters.size();
      }
    }
    throw new AttributeNotFoundException(attribute);
  }

  // As the MBeans of the library find it: by whichever of the two ways this Java has.
  @SuppressWarnings({"removal", "deprecation"})
  private static String origin() {
    Subject subject;
    try {
      subject = (Subject) Subject.class.getMethod("current").invoke(null);
    } catch (NoSuchMethodException java17) {
      subject = Subject.getSubject(java.security.AccessController.getContext());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return subject == null ? "none" : subject.getPrincipals().iterator().next().getName();
  }

  @Override
  public AttributeList getAttributes(String[] attributes) {
    AttributeList list = new AttributeList();
    for (String attribute : attributes) {
      try {
        list.add(new Attribute(attribute, getAttribute(attribute)));
      } catch (AttributeNotFoundException e) {
        // Left out, as the contract of this method says.
      }
    }
    return list;
  }

  @Override
  public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
    throw new AttributeNotFoundException(attribute.getName());
  }

  @Override
  public AttributeList setAttributes(AttributeList attributes) {
    return new AttributeList();
  }

  @Override
  public MBeanInfo getMBeanInfo() {
    return info;
  }
}
