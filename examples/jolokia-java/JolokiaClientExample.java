import java.net.URI;
import org.jolokia.client.JolokiaClient;
import org.jolokia.client.request.JolokiaExecRequest;
import org.jolokia.client.request.JolokiaReadRequest;

/** Counts over Jolokia's own Java client. */
public class JolokiaClientExample {
  private static final String MBEAN = "io.sharedcounter:type=CounterRegistry,namespace=default";

  public static void main(String[] args) throws Exception {
    JolokiaClient client = new JolokiaClient(URI.create(args[0]));
    call(client, "set", "java-example", 40L);
    System.out.println("java-example = " + call(client, "incrementBy", "java-example", 2L));
    Object count = client.execute(new JolokiaReadRequest(MBEAN, "CounterCount")).getValue();
    System.out.println("there are counters: " + (((Number) count).intValue() > 0));
  }

  private static Object call(JolokiaClient client, String operation, Object... arguments)
      throws Exception {
    return client.execute(new JolokiaExecRequest(MBEAN, operation, arguments)).getValue();
  }
}
