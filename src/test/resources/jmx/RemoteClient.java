import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServerConnection;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * A client that has nothing but the JDK: calls everything as the role of its arguments and prints
 * what came of it, with times and tokens blotted out. Confined to the main thread.
 */
final class RemoteClient {
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
  private static final Pattern TOKEN = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final MBeanServerConnection server;
  private ObjectName target = registry("orders");

  private RemoteClient(MBeanServerConnection server) {
    this.server = server;
  }

  public static void main(String[] arguments) throws Exception {
    try {
      Class.forName("io.sharedcounter.jmx.NamespaceMBeans");
      throw new AssertionError("the client must not have our classes");
    } catch (ClassNotFoundException e) {
      // As it should be.
    }
    String url = "service:jmx:rmi:///jndi/rmi://" + arguments[0] + "/jmxrmi";
    String[] credentials = {arguments[1], arguments[2]};
    try (JMXConnector connector =
        JMXConnectorFactory.connect(
            new JMXServiceURL(url), Map.of(JMXConnector.CREDENTIALS, credentials))) {
      RemoteClient client = new RemoteClient(connector.getMBeanServerConnection());
      if (arguments[1].equals("monitorRole")) {
        client.watch();
      } else {
        client.steer();
      }
    }
  }

  /** All that may be read, and that nothing may be invoked. */
  private void watch() throws Exception {
    for (MBeanFeatureInfo attribute : server.getMBeanInfo(target).getAttributes()) {
      read(attribute.getName());
    }
    read("top");
    read("absent");
    for (MBeanOperationInfo operation : server.getMBeanInfo(target).getOperations()) {
      List<Object> values = new ArrayList<>();
      for (MBeanParameterInfo parameter : operation.getSignature()) {
        values.add(parameter.getType().equals("long") ? (Object) 1L : "top");
      }
      call(operation.getName(), values.toArray());
    }
    target = new ObjectName("io.sharedcounter:type=Counter,namespace=orders,name=top");
    read("Value");
    read("Locked");
    call("set", 1L);
    target = new ObjectName("io.sharedcounter:type=SharedCounters");
    for (MBeanFeatureInfo attribute : server.getMBeanInfo(target).getAttributes()) {
      read(attribute.getName());
    }
  }

  /** Every operation and every error. */
  private void steer() throws Exception {
    BlockingQueue<Notification> heard = new LinkedBlockingQueue<>();
    server.addNotificationListener(target, (told, back) -> heard.add(told), null, null);
    call("get", "bongo");
    call("set", "bongo", 5L);
    call("getSet", "bongo", 10L);
    call("getSet", "bongo", 15L);
    call("getIncrement", "bongo");
    call("getIncrement", "bongo");
    call("increment", "bongo");
    call("increment", "bongo");
    call("incrementBy", "bongo", 5L);
    call("getIncrementBy", "bongo", -4L);
    call("peek", "bongo");
    call("compareAndSet", "bongo", 20L, 21L);
    call("compareAndSet", "bongo", 20L, 22L);
    call("getAllCounters");
    call("findCounters", "b*", "", 1L);
    call("findCounters", "absent", "", 1L);
    Object token = call("lockCounter", "bongo", 0L);
    call("increment", "bongo");
    call("renewLock", "bongo", token, 60_000L);
    call("setAndUnlock", "bongo", "wrong", 30L);
    call("setAndUnlock", "bongo", token, 30L);
    call("unlockCounter", "bongo", token);
    token = call("lockCounter", "bongo", 0L);
    call("unlockCounter", "bongo", token);
    token = call("lockCounter", "bongo", 1L);
    awaitEndOfLease();
    call("setAndUnlock", "bongo", token, 31L);
    call("breakLock", "held");
    call("remove", "bongo");
    call("remove", "bongo");
    call("peek", "bongo");
    call("increment", "top");
    call("set", " bad", 1L);
    call("findCounters", "\\", "", 1L);
    call("findCounters", "", "", 0L);
    call("lockCounter", "bongo", -1L);
    for (int i = 1; i <= 7; i++) {
      call("get", "c" + i);
    }
    call("get", (Object) null);
    call("get");
    call("get", 1L);
    call("set", "bongo", new File("x"));
    call("nothing");
    target = new ObjectName("io.sharedcounter:type=Counter,namespace=orders,name=c1");
    read("Value");
    call("set", 5L);
    call("increment");
    call("incrementBy", -7L);
    target = registry("broken");
    for (String name : new String[] {"refused", "unknown", "locked", "forbidden", "defect"}) {
      call("increment", name);
    }
    for (int i = 0; i < 6; i++) {
      Notification told = heard.poll(30, TimeUnit.SECONDS);
      String data = told == null ? "" : " " + shown(told.getUserData());
      print(told == null ? "no notification" : told.getType() + ": " + told.getMessage() + data);
    }
  }

  private void awaitEndOfLease() throws Exception {
    while (Arrays.toString((String[]) server.getAttribute(target, "LockedCounters"))
        .contains("bongo")) {
      Thread.onSpinWait();
    }
  }

  private Object call(String operation, Object... values) {
    String[] signature = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      signature[i] = values[i] instanceof Long ? "long" : "java.lang.String";
    }
    String shown = operation + Arrays.asList(values);
    try {
      Object result = server.invoke(target, operation, values, signature);
      print(shown + " = " + shown(result));
      return result;
    } catch (Exception e) {
      print(shown + " ! " + shown(e));
      return "none";
    }
  }

  private void read(String attribute) {
    try {
      print(attribute + " = " + shown(server.getAttribute(target, attribute)));
    } catch (Exception e) {
      print(attribute + " ! " + shown(e));
    }
  }

  private static String shown(Exception thrown) {
    if (thrown instanceof RuntimeMBeanException) {
      Throwable inner = thrown.getCause();
      if (inner.getCause() != null || inner.getSuppressed().length > 0) {
        return "not bare: " + inner;
      }
      return inner.getClass().getSimpleName() + ": " + inner.getMessage();
    }
    if (thrown.getMessage() != null && thrown.getMessage().contains("REJECTED")) {
      return "rejected by the filter";
    }
    return thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
  }

  private static String shown(Object value) {
    if (value instanceof CompositeData) {
      CompositeData data = (CompositeData) value;
      StringBuilder text = new StringBuilder();
      for (String key : data.getCompositeType().keySet()) {
        text.append(text.length() == 0 ? "" : ", ").append(key).append('=');
        text.append(shown(data.get(key)));
      }
      return "{" + text + "}";
    }
    return value instanceof Object[] ? Arrays.toString((Object[]) value) : String.valueOf(value);
  }

  private static void print(String line) {
    String timeless = TIME.matcher(line).replaceAll("<time>");
    System.out.println(TOKEN.matcher(timeless).replaceAll("<token>"));
  }

  private static ObjectName registry(String namespace) {
    try {
      return new ObjectName("io.sharedcounter:type=CounterRegistry,namespace=" + namespace);
    } catch (javax.management.MalformedObjectNameException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
