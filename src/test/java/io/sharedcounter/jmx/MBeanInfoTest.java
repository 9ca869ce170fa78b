package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MBeanInfoTest {
  private static final Pattern MARKUP = Pattern.compile("[<>&]");

  private final OpenNamespace orders = new OpenNamespace();
  private final InstanceMBean instance =
      InstanceMBean.publish(orders.server, InstanceMBeanTest.facts("a"));

  @BeforeEach
  void create() {
    orders.registry.set("seats", 1);
  }

  @AfterEach
  void close() {
    instance.close();
    orders.close();
  }

  private List<MBeanInfo> all() throws Exception {
    List<MBeanInfo> infos = new ArrayList<>();
    for (ObjectName name : orders.server.queryNames(new ObjectName("io.sharedcounter:*"), null)) {
      infos.add(orders.server.getMBeanInfo(name));
    }
    assertEquals(3, infos.size());
    return infos;
  }

  @Test
  void isTheSameObjectEachTimeAndSaysSo() throws Exception {
    MBeanInfo info = orders.server.getMBeanInfo(orders.mBeans.name());
    assertSame(info, orders.server.getMBeanInfo(orders.mBeans.name()));
    assertEquals("true", info.getDescriptor().getFieldValue("immutableInfo"));
    orders.registry.set("stock", 1);
    assertSame(
        orders.server.getMBeanInfo(OpenNamespace.counter("seats")),
        orders.server.getMBeanInfo(OpenNamespace.counter("stock")));
  }

  @Test
  void listsTheOperationsOfTheContractWithTheirParameters() throws Exception {
    assertEquals(
        List.of(
            "long get(name)",
            "long peek(name)",
            "long set(name,value)",
            "long getSet(name,value)",
            "long increment(name)",
            "long incrementBy(name,value)",
            "long getIncrement(name)",
            "long getIncrementBy(name,value)",
            "boolean compareAndSet(name,expected,value)",
            "java.util.Map getAllCounters()",
            "javax.management.openmbean.CompositeData findCounters(pattern,after,limit)",
            "long remove(name)",
            "java.lang.String lockCounter(name,leaseMillis)",
            "long setAndUnlock(name,token,value)",
            "void renewLock(name,token,leaseMillis)",
            "void unlockCounter(name,token)",
            "void breakLock(name)"),
        operations(orders.mBeans.name()));
    assertEquals(
        List.of("long set(value)", "long increment()", "long incrementBy(value)"),
        operations(OpenNamespace.counter("seats")));
  }

  private List<String> operations(ObjectName name) throws Exception {
    return Arrays.stream(orders.server.getMBeanInfo(name).getOperations())
        .map(
            operation ->
                operation.getReturnType()
                    + " "
                    + operation.getName()
                    + Arrays.stream(operation.getSignature())
                        .map(MBeanParameterInfo::getName)
                        .collect(Collectors.joining(",", "(", ")")))
        .toList();
  }

  @Test
  void listsTheAttributesOfTheContractReadOnly() throws Exception {
    assertEquals(
        "[Namespace, CounterCount, AllCounters, AllCountersTruncated, LockedCounters, Features,"
            + " Durability, State, InstanceId]",
        attributes(orders.mBeans.name()));
    assertEquals("[Value, Locked]", attributes(OpenNamespace.counter("seats")));
    for (MBeanInfo info : all()) {
      for (MBeanAttributeInfo attribute : info.getAttributes()) {
        assertTrue(attribute.isReadable() && !attribute.isWritable(), attribute.getName());
      }
    }
  }

  private String attributes(ObjectName name) throws Exception {
    return Arrays.stream(orders.server.getMBeanInfo(name).getAttributes())
        .map(MBeanFeatureInfo::getName)
        .toList()
        .toString();
  }

  @Test
  void describesEverythingInOneShortPlainLine() throws Exception {
    for (MBeanInfo info : all()) {
      List<MBeanFeatureInfo> features = new ArrayList<>(List.of(info.getAttributes()));
      features.addAll(List.of(info.getOperations()));
      features.addAll(List.of(info.getNotifications()));
      for (MBeanOperationInfo operation : info.getOperations()) {
        features.addAll(List.of(operation.getSignature()));
      }
      for (MBeanFeatureInfo feature : features) {
        String text = feature.getDescription();
        assertFalse(text.isBlank(), feature.getName());
        assertTrue(text.length() <= 100, () -> text + " has " + text.length());
        assertFalse(MARKUP.matcher(text).find(), text);
        assertFalse(text.equals(feature.getName()), text);
      }
    }
  }

  @Test
  void saysWhetherTheNewOrThePreviousValueIsReturned() throws Exception {
    Map<String, String> saidOf =
        Arrays.stream(orders.server.getMBeanInfo(orders.mBeans.name()).getOperations())
            .collect(Collectors.toMap(MBeanFeatureInfo::getName, MBeanFeatureInfo::getDescription));
    for (String name : List.of("set", "increment", "incrementBy", "setAndUnlock")) {
      assertTrue(saidOf.get(name).contains("NEW"), name);
      assertFalse(saidOf.get(name).contains("PREVIOUS"), name);
    }
    for (String name : List.of("getSet", "getIncrement", "getIncrementBy", "remove")) {
      assertTrue(saidOf.get(name).contains("PREVIOUS"), name);
      assertFalse(saidOf.get(name).contains("NEW"), name);
    }
  }

  @Test
  void takesOnlyTextAndPrimitiveLongsAndOverloadsNothing() throws Exception {
    for (MBeanInfo info : all()) {
      Set<String> names = new HashSet<>();
      for (MBeanOperationInfo operation : info.getOperations()) {
        assertTrue(names.add(operation.getName()), operation.getName());
        for (MBeanParameterInfo parameter : operation.getSignature()) {
          assertTrue(
              Set.of("long", "java.lang.String").contains(parameter.getType()),
              parameter.getType());
        }
      }
    }
  }

  @Test
  void tellsTheImpactOfEachOperation() throws Exception {
    Function<Integer, List<String>> with =
        impact ->
            Arrays.stream(infoOf(orders.mBeans.name()).getOperations())
                .filter(operation -> operation.getImpact() == impact)
                .map(MBeanFeatureInfo::getName)
                .toList();
    assertEquals(
        List.of("peek", "getAllCounters", "findCounters"), with.apply(MBeanOperationInfo.INFO));
    assertEquals(
        List.of("renewLock", "unlockCounter", "breakLock"), with.apply(MBeanOperationInfo.ACTION));
    assertEquals(List.of(), with.apply(MBeanOperationInfo.UNKNOWN));
  }

  private MBeanInfo infoOf(ObjectName name) {
    try {
      return orders.server.getMBeanInfo(name);
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void givesNumbersTheirUnits() throws Exception {
    MBeanAttributeInfo value = infoOf(OpenNamespace.counter("seats")).getAttributes()[0];
    assertEquals("long", value.getType());
    assertEquals("count", value.getDescriptor().getFieldValue("units"));
    assertEquals("gauge", value.getDescriptor().getFieldValue("metricType"));
    for (MBeanInfo info : all()) {
      for (MBeanAttributeInfo attribute : info.getAttributes()) {
        if (attribute.getType().equals("long")) {
          assertNotNull(attribute.getDescriptor().getFieldValue("units"), attribute.getName());
        }
      }
      for (MBeanOperationInfo operation : info.getOperations()) {
        for (MBeanParameterInfo parameter : operation.getSignature()) {
          if (parameter.getType().equals("long")) {
            assertNotNull(parameter.getDescriptor().getFieldValue("units"), parameter.getName());
          }
        }
      }
    }
  }
}
