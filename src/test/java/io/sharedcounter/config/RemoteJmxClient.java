package io.sharedcounter.config;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.management.Attribute;
import javax.management.MBeanServerConnection;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import javax.rmi.ssl.SslRMIClientSocketFactory;

/**
 * An operator's JMX client, run in a JVM that has this one class and none of ours. Prints one line
 * for each request. Confined to the main thread.
 */
final class RemoteJmxClient {
  private final MBeanServerConnection connection;
  private final ObjectName registry =
      new ObjectName("io.sharedcounter:type=CounterRegistry,namespace=orders");
  private final BlockingQueue<Notification> notifications = new LinkedBlockingQueue<>();

  private RemoteJmxClient(MBeanServerConnection connection) throws Exception {
    this.connection = connection;
  }

  /**
   * Connects and does each request, in order.
   *
   * @param arguments port, {@code tls} or {@code plain}, role, password, requests
   */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Map<String, Object> environment = new HashMap<>();
    if (arguments[1].equals("tls")) {
      environment.put("com.sun.jndi.rmi.factory.socket", new SslRMIClientSocketFactory());
    }
    if (!arguments[2].isEmpty()) {
      environment.put(JMXConnector.CREDENTIALS, new String[] {arguments[2], arguments[3]});
    }
    String url = "service:jmx:rmi:///jndi/rmi://127.0.0.1:" + arguments[0] + "/jmxrmi";
    try (JMXConnector connector =
        JMXConnectorFactory.connect(new JMXServiceURL(url), environment)) {
      out.println("connected");
      RemoteJmxClient client = new RemoteJmxClient(connector.getMBeanServerConnection());
      for (int i = 4; i < arguments.length; i++) {
        out.println(arguments[i] + " = " + client.answer(arguments[i].split(" ")));
      }
    } catch (java.io.IOException | SecurityException e) {
      out.println("refused: " + e);
    }
  }

  private String answer(String[] request) {
    try {
      return text(request);
    } catch (Exception e) {
      return e.toString();
    }
  }

  private String text(String[] request) throws Exception {
    String name = request.length > 1 ? request[1] : "";
    return switch (request[0]) {
      case "attribute" -> String.valueOf(connection.getAttribute(registry, name));
      case "all" -> values((CompositeData) connection.getAttribute(registry, "AllCounters"));
      case "value" -> String.valueOf(connection.getAttribute(counter(name), "Value"));
      case "get" -> invoke("get", new Object[] {name}, "java.lang.String");
      case "set" ->
          invoke("set", new Object[] {name, Long.valueOf(request[2])}, "java.lang.String", "long");
      case "file" -> invoke("get", new Object[] {new java.io.File(name)}, "java.lang.String");
      case "assign" -> {
        connection.setAttribute(registry, new Attribute(name, 1L));
        yield "assigned";
      }
      case "unregister" -> {
        connection.unregisterMBean(registry);
        yield "unregistered";
      }
      case "subscribe" -> {
        connection.addNotificationListener(
            registry, (notification, handback) -> notifications.add(notification), null, null);
        yield "subscribed";
      }
      case "heard" -> notifications.poll(20, TimeUnit.SECONDS).getMessage();
      default -> throw new IllegalArgumentException(request[0]);
    };
  }

  private String invoke(String operation, Object[] arguments, String... types) throws Exception {
    return String.valueOf(connection.invoke(registry, operation, arguments, types));
  }

  private static ObjectName counter(String name) throws Exception {
    return new ObjectName("io.sharedcounter:type=Counter,namespace=orders,name=" + name);
  }

  private static String values(CompositeData all) {
    StringBuilder text = new StringBuilder();
    all.getCompositeType().keySet().forEach(name -> text.append(name + " " + all.get(name) + ";"));
    return text.toString();
  }
}
