package io.sharedcounter.jmx;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A JVM that runs {@link JmxServer} with the JDK's remote agent on loopback, and the two roles
 * {@code monitorRole} and {@code controlRole}. Confined to the test's thread.
 */
final class JmxAgent implements AutoCloseable {
  private static final int ATTEMPTS = 3;

  private final Jvm jvm;
  private final int port;

  private JmxAgent(Jvm jvm, int port) {
    this.jvm = jvm;
    this.port = port;
  }

  static JmxAgent start(Path javaHome, Path directory) throws Exception {
    return start(
        javaHome, directory, "ready", List.of("-cp", Jvm.classPath(), JmxServer.class.getName()));
  }

  /** Starts the agent with another program, which prints a line that starts with {@code ready}. */
  static JmxAgent start(Path javaHome, Path directory, String ready, List<String> program)
      throws Exception {
    Path passwords = directory.resolve("jmxremote.password");
    Path access = directory.resolve("jmxremote.access");
    Files.deleteIfExists(passwords);
    Files.createFile(
        passwords,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passwords, "monitorRole watch\ncontrolRole steer\n");
    Files.writeString(access, "monitorRole readonly\ncontrolRole readwrite\n");
    for (int attempt = 1; true; attempt++) {
      int port = freePort();
      Jvm jvm = Jvm.start(javaHome, arguments(port, passwords, access, program));
      if (jvm.awaitLine(ready)) {
        return new JmxAgent(jvm, port);
      }
      jvm.close();
      if (attempt == ATTEMPTS) {
        throw new AssertionError("the server did not start: " + jvm.output());
      }
    }
  }

  private static List<String> arguments(
      int port, Path passwords, Path access, List<String> program) {
    String agent = "-Dcom.sun.management.jmxremote.";
    List<String> arguments = new ArrayList<>();
    Collections.addAll(
        arguments,
        agent + "port=" + port,
        agent + "rmi.port=" + port,
        agent + "host=127.0.0.1",
        "-Djava.rmi.server.hostname=127.0.0.1",
        agent + "ssl=false",
        agent + "password.file=" + passwords,
        agent + "access.file=" + access,
        "-Xmx128m");
    arguments.addAll(program);
    return arguments;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Returns where to connect, as jmxterm and JConsole take it. */
  String address() {
    return "127.0.0.1:" + port;
  }

  /** Returns the password of the role. */
  static String password(String role) {
    return role.equals("monitorRole") ? "watch" : "steer";
  }

  @Override
  public void close() {
    jvm.close();
  }
}
