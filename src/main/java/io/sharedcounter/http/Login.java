package io.sharedcounter.http;

import com.sun.net.httpserver.Headers;
import io.sharedcounter.http.Users.User;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells who sends a request, by HTTP Basic authentication. The slow hash is computed once for each
 * user's right password and one at a time; afterwards a keyed hash of it, whose key dies with the
 * process, is compared. Thread-safe.
 */
final class Login {
  // So that an unknown name takes as long as a known one.
  private static final PasswordHash NOBODY =
      PasswordHash.parse(
          "pbkdf2-sha256$210000$AAAAAAAAAAAAAAAAAAAAAA==$"
              + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  private static final Map<String, String> CHALLENGE =
      Map.of("WWW-Authenticate", "Basic realm=\"sharedcounter\", charset=\"UTF-8\"");

  private final Optional<Users> users;
  private final FailedLogins failures;
  private final Map<String, byte[]> verified = new ConcurrentHashMap<>();
  private final Semaphore hashing = new Semaphore(1, true);
  private final Mac keyed;

  Login(Optional<Users> users, FailedLogins failures) {
    this.users = users;
    this.failures = failures;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    try {
      keyed = Mac.getInstance("HmacSHA256");
      keyed.init(new SecretKeySpec(random, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("http: this JVM lacks HmacSHA256", e);
    }
  }

  /**
   * Returns who sends the request.
   *
   * @param headers the request's headers
   * @param address where it comes from; what fails too often from there has to wait
   * @throws Refusal with 401 if there are users and it is none of them, with 429 after repeated
   *     failures or while too many passwords are being checked
   */
  Caller caller(Headers headers, String address) throws Refusal {
    if (users.isEmpty()) {
      return Caller.ANONYMOUS;
    }
    String[] given = credentials(headers).orElseThrow(Login::unauthorized);
    String name = given[0];
    Optional<User> user = users.get().find(name);
    byte[] digest = keyedHash(name + ":" + given[1]);
    if (user.isPresent() && isVerified(name, digest)) {
      return user.get().caller();
    }
    failures.check(address);
    if (!matchesSlowly(user, name, given[1], digest)) {
      failures.add(address);
      throw unauthorized();
    }
    failures.forget(address);
    return user.orElseThrow(Login::unauthorized).caller();
  }

  private boolean isVerified(String name, byte[] digest) {
    byte[] known = verified.get(name);
    return known != null && MessageDigest.isEqual(known, digest);
  }

  private boolean matchesSlowly(Optional<User> user, String name, String password, byte[] digest)
      throws Refusal {
    try {
      if (hashing.getQueueLength() > 8) {
        throw FailedLogins.tooMany(1);
      }
      hashing.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FailedLogins.tooMany(1);
    }
    try {
      if (user.isPresent() && isVerified(name, digest)) {
        return true; // By a request that came at the same time.
      }
      PasswordHash hash = user.map(User::hash).orElse(NOBODY);
      boolean matches = hash.matches(password.toCharArray()) && user.isPresent();
      if (matches) {
        verified.put(name, digest);
      }
      return matches;
    } finally {
      hashing.release();
    }
  }

  private static Optional<String[]> credentials(Headers headers) {
    List<String> values = headers.getOrDefault("Authorization", List.of());
    if (values.size() != 1 || !values.get(0).regionMatches(true, 0, "Basic ", 0, 6)) {
      return Optional.empty();
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(values.get(0).substring(6).strip());
      String text = new String(decoded, Answer.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(new String[] {text.substring(0, colon), text.substring(colon + 1)});
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static Refusal unauthorized() {
    return new Refusal(401, "Unauthorized: name a user and password", CHALLENGE);
  }

  private byte[] keyedHash(String text) {
    try {
      // A copy, which is cheap, because one Mac serves one thread at a time.
      return ((Mac) keyed.clone()).doFinal(text.getBytes(Answer.UTF_8));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("http: this JVM's HmacSHA256 cannot be copied", e);
    }
  }
}
