package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Start;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start that fails says in one line what is wrong, and leaves nothing open. */
class FailedStartIT {
  @TempDir private Path directory;
  private final Set<Thread> before = threadsThatKeepTheJvm();

  @AfterEach
  void nothingIsLeftThatWouldKeepTheJvm() {
    TestCluster.await(
        "the end of all but " + before, () -> before.containsAll(threadsThatKeepTheJvm()));
  }

  private static Set<Thread> threadsThatKeepTheJvm() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(Thread::isDaemon);
    return threads;
  }

  @Test
  void aPortThatIsTakenIsNamed() throws IOException {
    Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    TestCluster cluster = new TestCluster(directory, "a");
    int port = cluster.peers().get("a").getPort();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      String message = message(cluster, Start.BOOTSTRAP);
      assertTrue(message.contains("127.0.0.1:" + taken.getLocalPort()), message);
    }
    // Ratis would end the JVM, now and at every uncaught exception from now on.
    assertSame(handler, Thread.getDefaultUncaughtExceptionHandler());
    assertWorks(cluster, Start.BOOTSTRAP);
  }

  @Test
  void aDirectoryInUseIsNamed() throws IOException {
    try (TestCluster cluster = new TestCluster(directory, "a").begin()) {
      TestCluster second = new TestCluster(directory, "a");
      String message = message(second, Start.AGAIN);
      assertTrue(message.contains(cluster.directory("a").toString()), message);
      assertTrue(message.contains("in use"), message);
      assertEquals(1, cluster.on("a").increment("n"));
    }
  }

  @Test
  void aDirectoryThatIsAFileIsNamed() throws IOException {
    TestCluster cluster = new TestCluster(directory, "a");
    Files.writeString(cluster.directory("a"), "");
    String message = message(cluster, Start.BOOTSTRAP);
    assertTrue(message.contains(cluster.directory("a").toString()), message);
  }

  @Test
  void aDamagedLogIsRefusedByName() throws IOException {
    TestCluster cluster = new TestCluster(directory, "a").begin();
    for (int i = 0; i < 20; i++) {
      cluster.on("a").increment("n");
    }
    cluster.close();
    Path log = files(cluster.directory("a"), "log_").get(0);
    try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), file.size() / 2);
    }
    String message = message(cluster, Start.AGAIN);
    assertTrue(message.contains(cluster.directory("a").toString()), message);
    assertTrue(message.contains("'a'") && message.contains("its log is damaged"), message);
  }

  @Test
  void aDamagedSnapshotIsRefusedByName() throws IOException {
    TestCluster cluster = new TestCluster(directory, "a").snapshotEvery(10).begin();
    for (int i = 0; i < 40; i++) {
      cluster.on("a").increment("n");
    }
    TestCluster.await("a snapshot", () -> !snapshots(cluster).isEmpty());
    cluster.close();
    for (Path snapshot : snapshots(cluster)) {
      byte[] bytes = Files.readAllBytes(snapshot);
      bytes[bytes.length / 2] ^= 1;
      Files.write(snapshot, bytes);
    }
    String message = message(cluster, Start.AGAIN);
    assertTrue(message.contains("snapshot."), message);
  }

  private static List<Path> snapshots(TestCluster cluster) {
    try {
      return files(cluster.directory("a"), "snapshot.").stream()
          .filter(file -> !file.toString().endsWith(".md5") && !file.toString().endsWith(".tmp"))
          .toList();
    } catch (IOException e) {
      return List.of(); // One was renamed while we looked.
    }
  }

  private static List<Path> files(Path directory, String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  private static String message(TestCluster cluster, Start start) {
    String message =
        assertThrows(IllegalStateException.class, () -> cluster.open("a", start)).getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  private static void assertWorks(TestCluster cluster, Start start) {
    try (cluster) {
      cluster.open("a", start);
      assertEquals(1, cluster.on("a").increment("n"));
    }
  }
}
