package io.sharedcounter.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The membership by command, over mutual TLS with the keys of the shipped script. */
class ClusterCommandIT {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, Integer> ports = new HashMap<>();
  private final List<SharedCounters> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(SharedCounters::close);
  }

  @Test
  void membersAreShownTransferredAddedAndRemovedAndStrangersGetNothing() throws Exception {
    makeKeys("ours", "a", "b", "c", "d", "client");
    makeKeys("theirs", "client");
    freePorts("a", "b", "c", "d");
    for (String name : List.of("a", "b", "c")) {
      start(name, "bootstrap");
    }
    Path client = config("client", "client", "ours/client", "");

    awaitStatus(client, "LEADER");
    assertEquals(3, out.toString().lines().count(), out.toString());
    String heir = status(client, "FOLLOWER");
    assertEquals(0, run(client, "transfer", heir), err.toString());
    awaitStatus(client, heir + "@127.0.0.1:" + ports.get(heir) + ": LEADER");

    assertEquals(2, run(client, "add", "d@127.0.0.1:" + ports.get("d")));
    assertTrue(err.toString().contains("does not wait"), err.toString());
    start("d", "join");
    assertEquals(0, run(client, "add", "d@127.0.0.1:" + ports.get("d")), err.toString());
    assertEquals(0, run(client, "remove", "a"), err.toString());
    open.remove(0).close();
    // A member that only just leads may still show the change as under way.
    awaitStatus(
        client, lines -> lines.contains("LEADER") && !lines.contains("a@") && lines.contains("d@"));

    assertEquals("TLSv1.3", protocol("ours/client", "TLSv1.2", "TLSv1.3"));
    assertThrows(IOException.class, () -> protocol("ours/client", "TLSv1.2"));
    assertThrows(IOException.class, () -> protocol("theirs/client", "TLSv1.3"));
    assertThrows(IOException.class, () -> protocol("", "TLSv1.3"));
    for (String keys : List.of("theirs/client", "")) {
      Path stranger = config("stranger" + keys.length(), "client", keys, "");
      assertEquals(2, run(stranger, "remove", "b"));
      assertTrue(err.toString().contains("no leader"), err.toString());
    }
    assertEquals(0, run(client, "status"), err.toString());
    assertEquals(3, out.toString().lines().count(), out.toString());
  }

  @Test
  void theScriptKeepsKeysToTheirOwnerTakesMoreMembersAndOverwritesNothing() throws Exception {
    makeKeys("ours", "a");
    Path authority = directory.resolve("ours");
    byte[] certificate = Files.readAllBytes(authority.resolve("ca.pem"));
    makeKeys("ours", "b");
    assertArrayEquals(certificate, Files.readAllBytes(authority.resolve("b/ca.pem")));
    for (String key : List.of("ca-key.pem", "a/key.pem", "b/key.pem")) {
      assertEquals(
          PosixFilePermissions.fromString("rw-------"),
          Files.getPosixFilePermissions(authority.resolve(key)),
          key);
    }
    byte[] own = Files.readAllBytes(authority.resolve("a/key.pem"));
    String again = assertThrows(AssertionError.class, () -> makeKeys("ours", "a")).getMessage();
    assertTrue(again.contains("is there already"), again);
    assertArrayEquals(own, Files.readAllBytes(authority.resolve("a/key.pem")));
    String bad = assertThrows(AssertionError.class, () -> makeKeys("ours", "../x")).getMessage();
    assertTrue(bad.contains("is not NAME=HOST"), bad);
  }

  @Test
  void withoutAConfigurationOfAClusterTheCommandSaysWhatItNeeds() throws IOException {
    Path none = directory.resolve("none.properties");
    Files.writeString(none, "namespace.default =\n");
    assertEquals(2, run(none, "status"));
    assertTrue(err.toString().contains("cluster.peers"), err.toString());
  }

  private void makeKeys(String authority, String... names) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("bash", "jmx-config/make-cluster-ca.sh"));
    command.add(directory.resolve(authority).toString());
    for (String name : names) {
      command.add(name + "=127.0.0.1");
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
  }

  private void freePorts(String... names) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (String name : names) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      ports.put(name, socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
  }

  private void start(String name, String how) throws IOException {
    Path file =
        config(
            name,
            name,
            "ours/" + name,
            "cluster.node = "
                + name
                + "\ncluster.directory = "
                + directory.resolve("data-" + name)
                + "\ncluster."
                + how
                + " = true\nnamespace.of-"
                + name
                + " =\n");
    open.add(
        SharedCounters.open(
            SharedCountersConfig.load(file).toBuilder().instance(name).jmx(false).build()));
  }

  private Path config(String file, String name, String keys, String more) throws IOException {
    List<String> peers = new ArrayList<>();
    for (String peer : name.equals("d") ? List.of("a", "b", "c", "d") : List.of("a", "b", "c")) {
      peers.add(peer + "@127.0.0.1:" + ports.get(peer));
    }
    Path key = directory.resolve(keys);
    String tls =
        keys.isEmpty()
            ? ""
            : "cluster.tls.key = "
                + key.resolve("key.pem")
                + "\ncluster.tls.certificate = "
                + key.resolve("cert.pem")
                + "\ncluster.tls.ca = "
                + key.resolve("ca.pem")
                + "\n";
    Path path = directory.resolve(file + ".properties");
    return Files.writeString(
        path, "cluster.peers = " + String.join(", ", peers) + "\n" + tls + more);
  }

  private int run(Path config, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of("cluster", "--config", config.toString()));
    all.addAll(List.of(arguments));
    CommandLine commands = Main.commandLine();
    return commands
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all.toArray(String[]::new));
  }

  private void awaitStatus(Path config, String part) {
    awaitStatus(config, lines -> lines.contains(part));
  }

  private void awaitStatus(Path config, Predicate<String> wanted) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    do {
      assertTrue(System.nanoTime() < end, () -> "last seen: " + out + err);
      LockSupport.parkNanos(50_000_000);
    } while (run(config, "status") != 0 || !wanted.test(out.toString()));
  }

  /** Returns the name of a member of that role. */
  private String status(Path config, String role) {
    assertEquals(0, run(config, "status"));
    String line = out.toString().lines().filter(l -> l.contains(role)).findFirst().orElseThrow();
    return line.substring(0, line.indexOf('@'));
  }

  /** Connects as a JDK client with these keys and versions; returns the version agreed upon. */
  private String protocol(String keys, String... versions) throws Exception {
    CertificateFactory certificates = CertificateFactory.getInstance("X.509");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", certificate(certificates, "ours/client/ca.pem"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    if (!keys.isEmpty()) {
      byte[] key =
          Base64.getMimeDecoder()
              .decode(
                  Files.readString(directory.resolve(keys).resolve("key.pem"))
                      .replaceAll("-----[A-Z ]+-----", ""));
      own.setKeyEntry(
          "client",
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
          new char[0],
          new Certificate[] {certificate(certificates, keys + "/cert.pem")});
    }
    KeyManagerFactory key = KeyManagerFactory.getInstance("PKIX");
    key.init(own, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(key.getKeyManagers(), trust.getTrustManagers(), null);
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), ports.get("b"));
        SSLSocket socket =
            (SSLSocket)
                context.getSocketFactory().createSocket(plain, "127.0.0.1", ports.get("b"), true)) {
      socket.setSoTimeout(10_000);
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      parameters.setProtocols(versions);
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      // With TLS 1.3 a refusal of the client's certificate comes with the first answer.
      if (socket.getInputStream().read() < 0) {
        throw new IOException("refused");
      }
      return socket.getSession().getProtocol();
    }
  }

  private Certificate certificate(CertificateFactory factory, String file) throws Exception {
    byte[] bytes = Files.readAllBytes(directory.resolve(file));
    return factory.generateCertificate(new ByteArrayInputStream(bytes));
  }
}
