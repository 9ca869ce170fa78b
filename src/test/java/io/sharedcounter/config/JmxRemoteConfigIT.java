package io.sharedcounter.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.testing.JavaProcess;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the server with the files of {@code jmx-config} and comes in each JMX role. */
class JmxRemoteConfigIT {
  private static final String DENIED =
      "java.lang.SecurityException: Access denied! Invalid access level for requested MBeanServer"
          + " operation.";

  @TempDir private static Path directory;
  private static JavaProcess server;
  private static int port;
  private static String monitorPassword;
  private static String controlPassword;

  @BeforeAll
  static void startWithTestKeys() throws Exception {
    port = freePort();
    server =
        script("--keys", keys().toString(), "--make-test-keys", "--jmx-port", "" + port)
            .and("--port", "0", "--namespace", "orders")
            .start();
    server.awaitOut("Stop");
    List<String> passwords = Files.readAllLines(keys().resolve("jmxremote.password"));
    monitorPassword = passwords.get(0).substring("monitorRole ".length());
    controlPassword = passwords.get(1).substring("monitorRole ".length());
    Path client = directory.resolve("client/io/sharedcounter/config/RemoteJmxClient.class");
    Files.createDirectories(client.getParent());
    try (var bytes = RemoteJmxClient.class.getResourceAsStream("RemoteJmxClient.class")) {
      Files.copy(bytes, client);
    }
  }

  @AfterAll
  static void stop() throws InterruptedException {
    server.terminate();
    server.exitCode();
  }

  @Test
  void controlRoleChangesCountersAndIsNamedAsTheOrigin() throws Exception {
    assertEquals(
        List.of(
            "connected",
            "set paid 4 = 4",
            "subscribe = subscribed",
            "set paid 5 = 5",
            "heard = paid: 4 -> 5 by jmx:controlRole",
            "get paid = 5",
            "value paid = 5",
            "unregister = " + DENIED),
        answers(
            tls("controlRole", controlPassword),
            "set paid 4",
            "subscribe",
            "set paid 5",
            "heard",
            "get paid",
            "value paid",
            "unregister"));
  }

  @Test
  void monitorRoleReadsEverythingAndChangesNothing() throws Exception {
    answers(tls("controlRole", controlPassword), "set seats 7");
    List<String> answers =
        answers(
            tls("monitorRole", monitorPassword),
            "set seats 8",
            "get seats",
            "assign seats",
            "unregister",
            "attribute seats",
            "value seats",
            "attribute State",
            "subscribe",
            "all");
    assertEquals(
        List.of(
            "connected",
            "set seats 8 = " + DENIED,
            "get seats = " + DENIED,
            "assign seats = " + DENIED,
            "unregister = " + DENIED,
            "attribute seats = 7",
            "value seats = 7",
            "attribute State = OK",
            "subscribe = subscribed"),
        answers.subList(0, answers.size() - 1));
    assertTrue(answers.get(answers.size() - 1).contains("seats 7;"), answers::toString);
  }

  @Test
  void aWrongPasswordIsRefused() throws Exception {
    assertEquals(
        List.of(
            "refused: java.lang.SecurityException: Authentication failed! Invalid username or"
                + " password"),
        answers(tls("controlRole", monitorPassword), "get paid"));
  }

  @Test
  void aCallerWithoutAPasswordIsRefused() throws Exception {
    assertEquals(
        List.of(
            "refused: java.lang.SecurityException: Authentication failed! Credentials required"),
        answers(tls("", ""), "get paid"));
  }

  @Test
  void aConnectionWithoutTlsIsRefused() throws Exception {
    List<String> answers = answers(List.of("plain", "controlRole", controlPassword), "get paid");
    assertTrue(
        answers
            .get(0)
            .startsWith("refused: java.io.IOException: Failed to retrieve RMIServer stub"),
        answers::toString);
    assertEquals(1, answers.size());
  }

  @Test
  void theSerialFilterTurnsAwayWhatNoOperationTakes() throws Exception {
    List<String> answers = answers(tls("controlRole", controlPassword), "file paid");
    assertTrue(answers.get(1).contains("filter status: REJECTED"), answers::toString);
  }

  @Test
  void onlyThisMachineReachesThePort() throws IOException {
    new Socket(InetAddress.getLoopbackAddress(), port).close();
    for (InetAddress other : otherAddresses()) {
      try (Socket socket = new Socket()) {
        InetSocketAddress address = new InetSocketAddress(other, port);
        assertThrows(IOException.class, () -> socket.connect(address, 2_000), other::toString);
      }
    }
  }

  @Test
  void theKeysAreForTheirOwnerOnlyAndPasswordsAreHashedAtTheFirstLogin() throws Exception {
    answers(tls("controlRole", controlPassword), "get paid");
    String passwords = Files.readString(keys().resolve("jmxremote.password"));
    assertTrue(!passwords.contains(controlPassword), "the clear password is still there");
    try (var files = Files.list(keys())) {
      for (Path file : files.toList()) {
        String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        assertEquals("rw-------", permissions, file::toString);
      }
    }
  }

  @Test
  void theScriptNamesWhatIsMissingAndMakesNothingUnasked() throws Exception {
    Path none = directory.resolve("none");
    try (JavaProcess refused = script("--keys", none.toString()).start()) {
      assertEquals(2, refused.exitCode());
      assertEquals(
          List.of(
              none
                  + "/jmxremote.password is missing; copy"
                  + " jmx-config/jmxremote.password.template, or try --make-test-keys"),
          refused.err());
    }
    assertTrue(Files.notExists(none));
  }

  @Test
  void theTemplatesFilledInAsTheySayStartTheServer() throws Exception {
    Path own = Files.createDirectories(directory.resolve("own"));
    int ownPort = freePort();
    Path passwords = own.resolve("jmxremote.password");
    String template = Files.readString(Path.of("jmx-config/jmxremote.password.template"));
    Files.writeString(
        passwords,
        template
            .replace("# monitorRole <password>", "monitorRole a-long-one")
            .replace("# controlRole <password>", "controlRole another-long-one"));
    String made = Files.readString(keys().resolve("jmxremote.ssl.properties"));
    String password = made.replaceAll("(?s).*keyStorePassword=(\\S+).*", "$1");
    Path ssl = own.resolve("jmxremote.ssl.properties");
    Files.writeString(
        ssl,
        Files.readString(Path.of("jmx-config/jmxremote.ssl.properties.template"))
            .replace("<path of server.p12>", keys().resolve("server.p12").toString())
            .replace("keyStorePassword=<its password>", "keyStorePassword=" + password));
    for (Path file : List.of(passwords, ssl)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    try (JavaProcess second =
        script("--keys", own.toString(), "--jmx-port", "" + ownPort)
            .and("--port", "0", "--namespace", "orders")
            .start()) {
      second.awaitOut("Stop");
      assertEquals(
          List.of("connected", "attribute State = OK"),
          answers(ownPort, tls("monitorRole", "a-long-one"), "attribute State"));
    }
  }

  private static List<String> answers(List<String> login, String... requests) throws Exception {
    return answers(port, login, requests);
  }

  private static List<String> answers(int port, List<String> login, String... requests)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1"));
    arguments.add("-Djavax.net.ssl.trustStore=" + keys().resolve("trust.p12"));
    arguments.add("-Djavax.net.ssl.trustStorePassword=changeit");
    arguments.addAll(List.of("-cp", directory.resolve("client").toString()));
    arguments.addAll(List.of(RemoteJmxClient.class.getName(), Integer.toString(port)));
    arguments.addAll(login);
    arguments.addAll(List.of(requests));
    try (JavaProcess client = JavaProcess.start(arguments)) {
      assertEquals(0, client.exitCode(), () -> client.err().toString());
      return client.out();
    }
  }

  private static List<String> tls(String role, String password) {
    return List.of("tls", role, password);
  }

  private static Path keys() {
    return directory.resolve("keys");
  }

  private static List<InetAddress> otherAddresses() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .toList();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Script script(String... arguments) {
    return new Script(new ArrayList<>(List.of("bash", "jmx-config/serve-with-jmx.sh")))
        .and(arguments);
  }

  /** A call of the script with the Java of this test. Confined to the test's thread. */
  private record Script(List<String> command) {
    Script and(String... arguments) {
      command.addAll(List.of(arguments));
      return this;
    }

    JavaProcess start() {
      return JavaProcess.startCommand(
          command, Map.of("JAVA_HOME", System.getProperty("java.home")));
    }
  }
}
