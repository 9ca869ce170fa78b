import com.sun.tools.attach.VirtualMachine;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Attaches to a JVM on this machine and counts there; needs nothing but the JDK. */
public class JmxClient {
  private static final String[] STRING = {"java.lang.String"};
  private static final String[] STRING_LONG = {"java.lang.String", "long"};

  public static void main(String[] args) throws Exception {
    VirtualMachine jvm = VirtualMachine.attach(args[0]);
    String url = jvm.startLocalManagementAgent();
    jvm.detach();
    try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(url))) {
      MBeanServerConnection server = connector.getMBeanServerConnection();
      ObjectName registry =
          new ObjectName("io.sharedcounter:type=CounterRegistry,namespace=default");
      server.invoke(registry, "set", new Object[] {"jmx-example", 40L}, STRING_LONG);
      server.invoke(registry, "incrementBy", new Object[] {"jmx-example", 2L}, STRING_LONG);
      Object value = server.invoke(registry, "get", new Object[] {"jmx-example"}, STRING);
      System.out.println("jmx-example = " + value);
      ObjectName counter =
          new ObjectName("io.sharedcounter:type=Counter,namespace=default,name=jmx-example");
      System.out.println("its own MBean says " + server.getAttribute(counter, "Value"));
    }
  }
}
