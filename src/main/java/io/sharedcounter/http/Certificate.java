package io.sharedcounter.http;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import io.sharedcounter.http.HttpSettings.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The server's key and certificate, read from a PKCS12 file. Immutable. */
final class Certificate {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final SSLContext context;
  private final Set<String> names;

  private Certificate(SSLContext context, Set<String> names) {
    this.context = context;
    this.names = names;
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it is missing, no PKCS12 file of that password, or holds no
   *     key
   */
  static Certificate read(Tls tls) {
    char[] password = tls.password().toCharArray();
    try (InputStream in = Files.newInputStream(tls.keystore())) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password);
      Set<String> names = names(store);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return new Certificate(context, names);
    } catch (IOException e) {
      throw refused(tls, Reasons.of(e));
    } catch (GeneralSecurityException e) {
      throw refused(tls, String.valueOf(e.getMessage()));
    }
  }

  private static IllegalArgumentException refused(Tls tls, String why) {
    return new IllegalArgumentException(
        "http.tls: " + tls.keystore() + " cannot be used as a PKCS12 keystore: " + why);
  }

  private static Set<String> names(KeyStore store) throws GeneralSecurityException {
    Set<String> names = new HashSet<>();
    boolean key = false;
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)
          && store.getCertificate(alias) instanceof X509Certificate certificate) {
        key = true;
        if (certificate.getSubjectAlternativeNames() != null) {
          for (List<?> name : certificate.getSubjectAlternativeNames()) {
            if (name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS)) {
              names.add(((String) name.get(1)).toLowerCase(Locale.ROOT));
            }
          }
        }
      }
    }
    if (!key) {
      throw new GeneralSecurityException("it holds no key");
    }
    return names;
  }

  /** Returns the host names and addresses for which the certificate stands. */
  Set<String> names() {
    return Set.copyOf(names);
  }

  HttpsConfigurator configurator() {
    return new HttpsConfigurator(context) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters ssl = context.getDefaultSSLParameters();
        ssl.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setSSLParameters(ssl);
      }
    };
  }
}
