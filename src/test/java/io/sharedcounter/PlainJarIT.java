package io.sharedcounter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.testing.JavaProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that have the plain jar on their class path, and no more than they need. */
final class PlainJarIT {
  private static final String[] JOLOKIA = {
    "jolokia-core-",
    "jolokia-json-",
    "jolokia-server-core-",
    "jolokia-service-jmx-",
    "jolokia-service-serializer-"
  };

  /** All that replication needs but for {@code ratis-metrics-default}, which nothing refers to. */
  private static final String[] RATIS = {
    "ratis-server-",
    "ratis-grpc-",
    "ratis-client-",
    "ratis-common-",
    "ratis-proto-",
    "ratis-thirdparty-",
    "ratis-metrics-api-",
    "slf4j-api-"
  };

  @TempDir Path directory;

  /** Runs the body of a main method and returns what it printed. */
  private List<String> run(String classPath, List<String> options, String... body)
      throws Exception {
    Path program = directory.resolve("Program.java");
    Files.writeString(
        program,
        """
        import io.sharedcounter.*;
        import io.sharedcounter.core.*;
        import java.lang.management.ManagementFactory;
        import javax.management.ObjectName;
        public class Program {
          public static void main(String[] arguments) throws Exception {
        """
            + String.join("\n", body)
            + "\n}}\n");
    List<String> arguments = new ArrayList<>(List.of("-Xmx256m", "-cp", classPath));
    arguments.addAll(options);
    arguments.add(program.toString());
    try (JavaProcess process = JavaProcess.start(arguments)) {
      assertEquals(0, process.exitCode(), () -> process.err().toString());
      return process.out();
    }
  }

  @Test
  void countsAndShowsMBeansWithoutAnyOtherJar() throws Exception {
    List<String> printed =
        run(
            JavaProcess.plainJarAnd(),
            List.of(),
            "try (SharedCounters counters = SharedCounters.open()) {",
            "  counters.namespace(\"orders\").increment(\"created\", 41);",
            "  System.out.println(ManagementFactory.getPlatformMBeanServer().invoke(",
            "      new ObjectName(\"io.sharedcounter:type=CounterRegistry,namespace=orders\"),",
            "      \"increment\", new Object[] {\"created\"}, new String[] {\"java.lang.String\"}));",
            "  System.out.println(counters.namespace(\"orders\").get(\"created\"));",
            "}");
    assertEquals(List.of("42", "42"), printed);
  }

  @Test
  void aNamespaceLoadsNoClassOfAFeatureThatItDoesNotHave() throws Exception {
    Pattern feature =
        Pattern.compile(
            "io\\.sharedcounter\\.(document\\.\\w+|DocumentFace|core\\.(\\w*Import\\w*|Copy))\\b");
    Pattern cluster = Pattern.compile("io\\.sharedcounter\\.(cluster\\.\\w+|Replication)\\b");
    for (String features : List.of("", ".serialize()")) {
      Path log = directory.resolve("loaded" + features);
      run(
          JavaProcess.plainJarAnd(),
          List.of("-Xlog:class+load:file=" + log),
          "try (SharedCounters counters = SharedCounters.open(SharedCountersConfig.builder()",
          "    .namespace(NamespaceConfig.builder(\"orders\")" + features + ".build()).build())) {",
          "  Counter created = counters.namespace(\"orders\").counter(\"created\");",
          "  created.increment();",
          "  created.lock().close();",
          "  created.peek();",
          "  counters.namespace(\"orders\").remove(\"created\");",
          "  ManagementFactory.getPlatformMBeanServer().getMBeanInfo(",
          "      new ObjectName(\"io.sharedcounter:type=CounterRegistry,namespace=orders\"));",
          "}");
      boolean isLoaded = feature.matcher(Files.readString(log)).find();
      assertEquals(!features.isEmpty(), isLoaded, () -> features + " " + log);
      assertFalse(cluster.matcher(Files.readString(log)).find(), log::toString);
    }
  }

  @Test
  void aNamespaceInMemoryLoadsNoClassOfArchivesNorSqlite() throws Exception {
    List<String> printed =
        run(
            JavaProcess.plainJarAnd("sqlite-jdbc"),
            List.of("-Xlog:class+load:stdout"),
            "try (SharedCounters counters = SharedCounters.open()) {",
            "  counters.namespace(\"orders\").increment(\"created\", 41);",
            "}");
    assertTrue(printed.stream().anyMatch(line -> line.contains("io.sharedcounter.core.Counter ")));
    assertEquals(
        List.of(),
        printed.stream()
            .filter(line -> line.matches(".*(io\\.sharedcounter\\.archive|sqlite)\\..*"))
            .toList());
  }

  @Test
  void archivesWithTheJarOfSqliteAndNamesItWhereItIsMissing() throws Exception {
    String[] program = {
      "SharedCountersConfig config = SharedCountersConfig.builder()",
      "    .dataDirectory(java.nio.file.Path.of(\"" + directory.resolve("data") + "\"))",
      "    .namespace(NamespaceConfig.builder(\"orders\").archive(Durability.POWER_LOSS).build())",
      "    .build();",
      "try (SharedCounters counters = SharedCounters.open(config)) {",
      "  System.out.println(counters.namespace(\"orders\").increment(\"created\"));",
      "} catch (IllegalStateException e) {",
      "  System.out.println(e.getMessage());",
      "}"
    };
    assertEquals(
        List.of("archive and snapshot need the jar org.xerial:sqlite-jdbc on the class path"),
        run(JavaProcess.plainJarAnd(), List.of(), program));
    assertEquals(List.of("1"), run(JavaProcess.plainJarAnd("sqlite-jdbc"), List.of(), program));
    assertEquals(List.of("2"), run(JavaProcess.plainJarAnd("sqlite-jdbc"), List.of(), program));
  }

  @Test
  void replicatesWithTheJarsOfRatisAndNamesThemWhereTheMetricsAreMissing() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path file =
        Files.write(
            directory.resolve("cluster.properties"),
            List.of(
                "cluster.node = a",
                "cluster.peers = a@127.0.0.1:" + port,
                "cluster.directory = " + directory.resolve("cluster"),
                "cluster.bootstrap = true",
                "namespace.seats = replicate"));
    String[] program = {
      "SharedCountersConfig config = SharedCountersConfig.load(",
      "    java.nio.file.Path.of(\"" + file + "\"));",
      "try (SharedCounters counters = SharedCounters.open(config)) {",
      "  System.out.println(counters.namespace(\"seats\").increment(\"taken\"));",
      "} catch (IllegalStateException e) {",
      "  System.out.println(e.getMessage());",
      "}"
    };
    // That this ends shows that no thread of Ratis is left.
    List<String> printed = run(JavaProcess.plainJarAnd(RATIS), List.of(), program);
    assertEquals(1, printed.size(), printed::toString);
    assertTrue(printed.get(0).contains("ratis-metrics-default"), printed.get(0));
    String all = JavaProcess.plainJarAnd("ratis-", "slf4j-api");
    assertEquals(List.of("1"), run(all, List.of(), program));
  }

  @Test
  void eightWhoListAHundredThousandCountersOverHttpAtOnceFitIntoASmallHeap() throws Exception {
    List<String> printed =
        run(
            JavaProcess.plainJarAnd(JOLOKIA),
            List.of("-Xmx256m"),
            "try (SharedCounters counters =",
            "    SharedCounters.open(SharedCountersConfig.builder().httpPort(0).build())) {",
            "  CounterRegistry orders = counters.namespace(\"orders\");",
            "  for (int i = 0; i < 100_000; i++) orders.increment(\"n\".repeat(120) + i);",
            "  java.net.URL url = new java.net.URL(counters.jolokiaUrl().get() + \"/exec/\"",
            "      + \"io.sharedcounter:type=CounterRegistry,namespace=orders/getAllCounters\");",
            "  java.util.List<Thread> clients = new java.util.ArrayList<>();",
            "  for (int i = 0; i < 8; i++) {",
            "    clients.add(new Thread(() -> {",
            "      String seen = \"503\";", // On a busy machine one may be told to try again.
            "      for (int tries = 0; tries < 5 && seen.contains(\"503\"); tries++) {",
            "        try (java.io.InputStream in = url.openStream()) {",
            "          long all = in.transferTo(java.io.OutputStream.nullOutputStream());",
            "          seen = all > 12_000_000 ? \"all\" : \"cut\";",
            "        } catch (java.io.IOException e) {",
            "          seen = e.toString();",
            "        }",
            "      }",
            "      System.out.println(seen);",
            "    }));",
            "  }",
            "  clients.forEach(Thread::start);",
            "  for (Thread client : clients) client.join();",
            "}");
    assertEquals(Collections.nCopies(8, "all"), printed);
  }

  @Test
  void namesTheJarsThatHttpNeeds() throws Exception {
    List<String> printed =
        run(
            JavaProcess.plainJarAnd(),
            List.of(),
            "try (SharedCounters counters =",
            "    SharedCounters.open(SharedCountersConfig.builder().httpPort(0).build())) {",
            "  System.out.println(\"open\");",
            "} catch (IllegalStateException e) {",
            "  System.out.println(e.getMessage());",
            "}",
            "System.out.println(ManagementFactory.getPlatformMBeanServer().queryNames(",
            "    new ObjectName(\"io.sharedcounter:*\"), null));");
    assertEquals(2, printed.size(), printed::toString);
    for (String jar : JOLOKIA) {
      assertTrue(printed.get(0).contains(jar.substring(0, jar.length() - 1)), printed.get(0));
    }
    assertEquals("[]", printed.get(1));
  }

  @Test
  void answersHttpWithTheJarsOfJolokia() throws Exception {
    List<String> printed =
        run(
            JavaProcess.plainJarAnd(JOLOKIA),
            List.of(),
            "try (SharedCounters counters =",
            "    SharedCounters.open(SharedCountersConfig.builder().httpPort(0).build())) {",
            "  counters.namespace(\"orders\");",
            "  String answer = new String(java.net.URI.create(counters.jolokiaUrl().get()",
            "      + \"/exec/io.sharedcounter:type=CounterRegistry,namespace=orders/increment/x\")",
            "      .toURL().openStream().readAllBytes());",
            "  System.out.println(answer.contains(\"\\\"value\\\":1\"));",
            "}");
    assertEquals(List.of("true"), printed);
  }

  @Test
  void keepsOneGlobalInstanceInMemoryUntilTheJvmEnds() throws Exception {
    List<String> printed =
        run(
            JavaProcess.plainJarAnd(),
            List.of(),
            "SharedCounters global = SharedCounters.global();",
            "System.out.println(global == SharedCounters.global());",
            "System.out.println(global.namespace(\"default\").increment(\"hits\"));",
            "try { global.close(); } catch (IllegalStateException e) {",
            "  System.out.println(e.getMessage());",
            "}",
            "System.out.println(global.namespace(\"default\").increment(\"hits\"));",
            "Runtime.getRuntime().addShutdownHook(new Thread(() -> {",
            "  try {",
            "    while (true) { global.namespace(\"default\").get(\"hits\"); Thread.onSpinWait(); }",
            "  } catch (IllegalStateException e) { System.out.println(\"closed at the end\"); }",
            "}));");
    assertEquals(
        List.of(
            "true",
            "1",
            "global() is for the whole JVM and closes when that ends",
            "2",
            "closed at the end"),
        printed);
  }

  @Test
  void opensTheGlobalInstanceFromTheFileThatThePropertyNames() throws Exception {
    Path file =
        Files.write(
            directory.resolve("global.properties"),
            List.of("instance = shop", "namespace.orders =", "namespace.orders.max-counters = 1"));
    List<String> printed =
        run(
            JavaProcess.plainJarAnd(),
            List.of("-Dsharedcounter.config=" + file),
            "SharedCounters global = SharedCounters.global();",
            "System.out.println(global.instanceId().startsWith(\"shop@\"));",
            "global.namespace(\"orders\").increment(\"one\");",
            "try { global.namespace(\"orders\").increment(\"two\"); }",
            "catch (IllegalStateException e) { System.out.println(e.getMessage().substring(0, 6)); }",
            "try { global.namespace(\"other\"); }",
            "catch (IllegalArgumentException e) { System.out.println(\"undeclared\"); }");
    assertEquals(List.of("true", "Limit:", "undeclared"), printed);
  }

  @Test
  void saysWhatIsWrongWithTheFileOfTheGlobalInstanceEachTimeItIsAsked() throws Exception {
    List<String> printed =
        run(
            JavaProcess.plainJarAnd(),
            List.of("-Dsharedcounter.config=" + directory.resolve("none")),
            "for (int i = 0; i < 2; i++) {",
            "  try { SharedCounters.global(); }",
            "  catch (java.io.UncheckedIOException e) { System.out.println(e.getMessage()); }",
            "}");
    String why = directory.resolve("none") + " cannot be read: there is no such file";
    assertEquals(List.of(why, why), printed);
  }
}
