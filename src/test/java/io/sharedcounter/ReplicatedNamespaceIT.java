package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicatedNamespaceIT {
  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

  @TempDir private Path directory;

  @Test
  void aReplicatedNamespaceAnswersThroughEveryFaceAndSurvivesARestart() throws Exception {
    Path file = config(freePort());
    ObjectName seats = new ObjectName("io.sharedcounter:type=CounterRegistry,namespace=seats");
    ObjectName cluster = new ObjectName("io.sharedcounter:type=Cluster");
    String[] types = {"java.lang.String"};
    try (SharedCounters counters = SharedCounters.open(SharedCountersConfig.load(file))) {
      CounterRegistry registry = counters.namespace("seats");
      assertEquals(1, registry.increment("taken"));
      assertEquals(2L, SERVER.invoke(seats, "increment", new Object[] {"taken"}, types));
      ObjectName one = new ObjectName("io.sharedcounter:type=Counter,namespace=seats,name=taken");
      assertEquals(2L, SERVER.getAttribute(one, "Value"));
      assertEquals("OK", SERVER.getAttribute(seats, "State"));
      assertEquals("majority", SERVER.getAttribute(seats, "Durability"));
      assertEquals("LEADER", SERVER.getAttribute(cluster, "Role"));
      assertEquals("a", SERVER.getAttribute(cluster, "Leader"));
      long applied = (long) SERVER.getAttribute(cluster, "LastApplied");
      assertTrue(applied > 0);
      assertEquals(2L, ((CompositeData) SERVER.getAttribute(seats, "AllCounters")).get("taken"));
      assertEquals(2L, SERVER.getAttribute(seats, "taken"));
      assertEquals(2L, SERVER.getAttribute(one, "Value"));
      assertEquals(applied, SERVER.getAttribute(cluster, "LastApplied"), "looking cost an entry");
      String[] peers = (String[]) SERVER.getAttribute(cluster, "Peers");
      assertEquals(1, peers.length, Arrays.toString(peers));
      assertEquals("", SERVER.getAttribute(cluster, "LastSnapshot"));
      SERVER.invoke(cluster, "snapshotNow", new Object[0], new String[0]);
      Object written = SERVER.getAttribute(cluster, "LastSnapshot");
      assertNotEquals("", written);
      SERVER.invoke(cluster, "snapshotNow", new Object[0], new String[0]);
      assertEquals(written, SERVER.getAttribute(cluster, "LastSnapshot"), "nothing new");
      assertEquals(3, registry.increment("taken"));
      SERVER.invoke(cluster, "snapshotNow", new Object[0], new String[0]);
      assertNotEquals(written, SERVER.getAttribute(cluster, "LastSnapshot"));
    }
    try (SharedCounters counters = SharedCounters.open(SharedCountersConfig.load(file))) {
      assertEquals(4, counters.namespace("seats").increment("taken"));
    }
  }

  @Test
  void aReplicatedNamespaceWithoutAClusterIsRefused() {
    SharedCountersConfig config =
        SharedCountersConfig.builder()
            .namespace(NamespaceConfig.builder("seats").replicate().build())
            .build();
    String message =
        assertThrows(IllegalArgumentException.class, () -> SharedCounters.open(config))
            .getMessage();
    assertTrue(message.contains("cluster.peers"), message);
  }

  @Test
  void anAddressBeyondLoopbackIsRefusedWithoutTls() throws IOException {
    Path file = directory.resolve("c.properties");
    Files.writeString(
        file, "cluster.node = a\ncluster.peers = a@10.0.0.1:7461\ncluster.directory = x\n");
    String message =
        assertThrows(IllegalArgumentException.class, () -> SharedCountersConfig.load(file))
            .getMessage();
    assertTrue(message.contains("cluster.tls.key"), message);
  }

  private Path config(int port) throws IOException {
    Path file = directory.resolve("sharedcounter.properties");
    Files.writeString(
        file,
        "cluster.node = a\n"
            + "cluster.peers = a@127.0.0.1:"
            + port
            + "\ncluster.directory = "
            + directory.resolve("cluster")
            + "\ncluster.bootstrap = true\n"
            + "namespace.seats = replicate\n");
    return file;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
