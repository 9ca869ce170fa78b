package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.ClusterSettings.Member;
import io.sharedcounter.cluster.ClusterSettings.Start;
import io.sharedcounter.cluster.ClusterSettings.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterSettingsTest {
  @TempDir private Path directory;

  private Tls tls() {
    return new Tls(
        directory.resolve("key.pem"), directory.resolve("cert.pem"), directory.resolve("ca.pem"));
  }

  private ClusterSettings member(String peers, Optional<Tls> tls) {
    return new ClusterSettings(
        ClusterSettings.parsePeers(peers),
        Duration.ofSeconds(1),
        tls,
        Optional.of(new Member("a", directory.resolve("a"), Start.BOOTSTRAP, 50_000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "192.168.1.7", "8.8.8.8", "[2001:db8::1]"})
  void beyondLoopbackNeitherMemberNorClientGoesWithoutTls(String host) {
    String peers = "a@" + host + ":7461";
    String message =
        assertThrows(IllegalArgumentException.class, () -> member(peers, Optional.empty()))
            .getMessage();
    assertTrue(message.contains("is beyond loopback; set cluster.tls.key"), message);
    ClusterSettings secured = member(peers, Optional.of(tls()));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new ClusterSettings(
                secured.peers(), secured.timeout(), Optional.empty(), Optional.empty()));
    assertEquals(Optional.of(tls()), secured.asClient().tls());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "localhost", "[::1]"})
  void onLoopbackTlsMayBeLeftOut(String host) {
    assertEquals(1, member("a@" + host + ":7461", Optional.empty()).peers().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "[::]"})
  void anAddressThatMeansAllOfThemIsRefusedEvenWithTls(String host) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> member("a@" + host + ":7461", Optional.of(tls())))
            .getMessage();
    assertTrue(message.contains("names no single address"), message);
  }

  @Test
  void aFileOfTlsThatCannotBeReadIsNamedAndNothingStarts() throws IOException {
    Files.writeString(tls().key(), "");
    ClusterSettings settings = member("a@10.0.0.1:7461", Optional.of(tls()));
    for (ClusterSettings either : new ClusterSettings[] {settings, settings.asClient()}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Cluster.open(either)).getMessage();
      assertEquals("cluster.tls.certificate: " + tls().certificate() + " cannot be read", message);
    }
    assertTrue(Files.notExists(directory.resolve("a")));
  }
}
