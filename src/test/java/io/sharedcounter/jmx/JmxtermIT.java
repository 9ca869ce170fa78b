package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** jmxterm, a console for scripts, over the network as {@code controlRole}. */
final class JmxtermIT {
  @TempDir Path directory;

  private List<String> run(String verbosity, String... commands) throws Exception {
    Path javaHome = Path.of(System.getProperty("java.home"));
    Path script = directory.resolve("script.txt");
    Path jar;
    try (Stream<Path> found = Files.walk(Path.of(System.getProperty("sharedcounter.clients")))) {
      jar = found.filter(f -> f.endsWith("jmxterm-1.0.4-uber.jar")).findFirst().orElseThrow();
    }
    try (JmxAgent agent = JmxAgent.start(javaHome, directory)) {
      Files.writeString(
          script,
          "open "
              + agent.address()
              + " -u controlRole -p "
              + JmxAgent.password("controlRole")
              + "\nbean io.sharedcounter:type=CounterRegistry,namespace=orders\n"
              + String.join("\n", commands)
              + "\n");
      List<String> arguments =
          List.of("-jar", jar.toString(), "-n", "-v", verbosity, "-i", script.toString());
      try (Jvm jmxterm = Jvm.start(javaHome, arguments)) {
        return Arrays.asList(jmxterm.await().strip().split("\n", -1));
      }
    }
  }

  @Test
  void passesTheSelfTestOfTheAncestor() throws Exception {
    assertEquals(
        List.of("0", "5", "5", "10", "15", "16", "18", "19", "24"),
        run(
            "silent",
            "run get bongo",
            "run set bongo 5",
            "run getSet bongo 10",
            "run getSet bongo 15",
            "run getIncrement bongo",
            "run getIncrement bongo",
            "run increment bongo",
            "run increment bongo",
            "run incrementBy bongo 5"));
  }

  @Test
  void showsParameterNamesErrorsAndCountersWithDotsInTheirNames() throws Exception {
    String shown =
        String.join(
            "\n",
            run(
                "silent",
                "info -o findCounters",
                "run set http.requests 7",
                "get AllCounters",
                "bean io.sharedcounter:type=Counter,namespace=orders,name=http.requests",
                "get -s Value"));
    for (String part :
        List.of(
            "findCounters(java.lang.String pattern,java.lang.String after,long limit)",
            "http.requests = 7;",
            "held = 0;")) {
      assertTrue(shown.contains(part), shown);
    }
    assertTrue(shown.endsWith("\n7"), shown);
  }

  @Test
  void tellsWhatWasRefused() throws Exception {
    String shown = String.join("\n", run("brief", "run remove absent"));
    assertTrue(shown.contains("IllegalArgumentException: Not found: absent"), shown);
  }

  /** A trap of jmxterm's own, which no server can see: hence every set is announced. */
  @Test
  void turnsWhatIsNoNumberIntoZero() throws Exception {
    assertEquals(List.of("5", "0"), run("silent", "run set seats 5", "run set seats abc"));
  }
}
