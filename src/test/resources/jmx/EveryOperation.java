import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * A client that has nothing but the JDK: reads every attribute and calls every operation of every
 * MBean that it finds, twice with names that fit and once with such as do not, and prints what came
 * of it. Confined to the main thread.
 */
final class EveryOperation {
  private final MBeanServerConnection server;

  private EveryOperation(MBeanServerConnection server) {
    this.server = server;
  }

  public static void main(String[] arguments) throws Exception {
    String url = "service:jmx:rmi:///jndi/rmi://" + arguments[0] + "/jmxrmi";
    String[] credentials = {arguments[1], arguments[2]};
    try (JMXConnector connector =
        JMXConnectorFactory.connect(
            new JMXServiceURL(url), Map.of(JMXConnector.CREDENTIALS, credentials))) {
      EveryOperation client = new EveryOperation(connector.getMBeanServerConnection());
      for (ObjectName name :
          new TreeSet<>(client.server.queryNames(new ObjectName("io.sharedcounter:*"), null))) {
        client.read(name);
        client.call(name, "x", 1L);
        client.call(name, "x", 0L);
        client.call(name, " not a name", Long.MIN_VALUE);
      }
    }
  }

  private void read(ObjectName name) throws Exception {
    for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
      String shown = name + " " + attribute.getName();
      try {
        System.out.println(shown + " = " + shown(server.getAttribute(name, attribute.getName())));
      } catch (Exception e) {
        System.out.println(shown + " ! " + shown(e));
      }
    }
  }

  private void call(ObjectName name, String text, Long number) throws Exception {
    for (MBeanOperationInfo operation : server.getMBeanInfo(name).getOperations()) {
      MBeanParameterInfo[] parameters = operation.getSignature();
      Object[] values = new Object[parameters.length];
      String[] types = new String[parameters.length];
      for (int i = 0; i < values.length; i++) {
        types[i] = parameters[i].getType();
        values[i] = types[i].equals("long") ? number : value(parameters[i].getName(), text);
      }
      String shown = name + " " + operation.getName() + Arrays.toString(values);
      try {
        System.out.println(shown + " = " + shown(server.invoke(name, operation.getName(), values, types)));
      } catch (Exception e) {
        System.out.println(shown + " ! " + shown(e));
      }
    }
  }

  private static String value(String parameter, String text) {
    switch (parameter) {
      case "format":
        return "json";
      case "mode":
        return "add";
      case "time":
        return "2026-01-01T12:00:00Z";
      default:
        return text;
    }
  }

  private static String shown(Exception thrown) {
    if (thrown instanceof RuntimeMBeanException) {
      Throwable inner = thrown.getCause();
      boolean bare = inner.getCause() == null && inner.getSuppressed().length == 0;
      return (bare ? "" : "not bare: ") + inner.getClass().getName() + ": " + inner.getMessage();
    }
    return thrown.getClass().getName() + ": " + thrown.getMessage();
  }

  private static String shown(Object value) {
    String type = value == null ? "" : value.getClass().getName();
    String text = value instanceof Object[] ? Arrays.toString((Object[]) value) : "" + value;
    return type + " " + text.replaceAll("\\R", " ");
  }
}
