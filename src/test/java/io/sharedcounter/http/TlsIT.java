package io.sharedcounter.http;

import static io.sharedcounter.http.Http.execJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.http.HttpSettings.Tls;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS with a key that keytool has made, on all addresses of this machine. */
class TlsIT {
  private static final String PASSWORD = "changeit";

  @TempDir private static Path directory;

  private static Path keystore;

  @BeforeAll
  static void makeKey() throws Exception {
    keystore = directory.resolve("key.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "server",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,dns:counters.example,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                keystore.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertTrue(keytool.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, keytool.exitValue(), Files.readString(directory.resolve("keytool.log")));
  }

  private static JolokiaEndpoint start(String host) throws Exception {
    return JolokiaEndpoint.start(
        new HttpSettings(
            host,
            0,
            Optional.of(Endpoints.usersFile(directory)),
            Optional.of(new Tls(keystore, PASSWORD)),
            Optional.empty(),
            Optional.empty()));
  }

  private static HttpResponse<String> post(JolokiaEndpoint endpoint, String protocol)
      throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keystore)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", store.getCertificate("server"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    byte[] user = ("operator:" + Endpoints.PASSWORD).getBytes(Answer.UTF_8);
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(context)
            .sslParameters(new SSLParameters(null, new String[] {protocol}))
            .build();
    return client.send(
        HttpRequest.newBuilder(
                URI.create("https://localhost:" + endpoint.url().getPort() + "/jolokia"))
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(execJson("increment", "a")))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void servesUsersOnAllAddressesOverTls() throws Exception {
    try (FakeRegistry registry = new FakeRegistry();
        JolokiaEndpoint endpoint = start("0.0.0.0")) {
      assertEquals("https", endpoint.url().getScheme());
      for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
        assertEquals(200, post(endpoint, protocol).statusCode());
      }
      assertEquals(2L, registry.counters.get("a"));
    }
  }

  @Test
  void olderTlsIsRefused() throws Exception {
    try (JolokiaEndpoint endpoint = start("127.0.0.1")) {
      assertThrows(java.io.IOException.class, () -> post(endpoint, "TLSv1.1"));
    }
  }

  @Test
  void peerThatDoesNotSpeakTlsHindersNobody() throws Exception {
    try (FakeRegistry registry = new FakeRegistry();
        JolokiaEndpoint endpoint = start("127.0.0.1");
        Socket silent = new Http(endpoint.url()).open()) {
      silent.getOutputStream().write(22);
      assertEquals(200, post(endpoint, "TLSv1.3").statusCode());
      assertEquals(1L, registry.counters.get("a"));
    }
  }

  @Test
  void namesInTheCertificateAreOurs() {
    Certificate certificate = Certificate.read(new Tls(keystore, PASSWORD));
    assertTrue(certificate.names().contains("counters.example"), certificate.names().toString());
  }

  @Test
  void wrongPasswordIsRefusedAndNotRepeated() {
    Tls tls = new Tls(keystore, "not-this-one");
    String message =
        assertThrows(IllegalArgumentException.class, () -> Certificate.read(tls)).getMessage();
    assertTrue(message.startsWith("http.tls: " + keystore), message);
    assertTrue(!message.contains("not-this-one") && !tls.toString().contains("not-this-one"));
  }
}
