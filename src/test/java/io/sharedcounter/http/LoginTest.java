package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginTest {
  private final AtomicLong clock = new AtomicLong();
  private Login login;

  @BeforeEach
  void readUsers(@TempDir Path directory) throws Exception {
    Users users = Users.read(Endpoints.usersFile(directory));
    login = new Login(Optional.of(users), new FailedLogins(clock::get));
  }

  private static Headers credentials(String user, String password) {
    byte[] text = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    Headers headers = new Headers();
    headers.set("Authorization", "Basic " + Base64.getEncoder().encodeToString(text));
    return headers;
  }

  private Refusal refused(Headers headers, String address) {
    return assertThrows(Refusal.class, () -> login.caller(headers, address));
  }

  @Test
  void rightPasswordTellsUserAndRole() throws Exception {
    Caller caller = login.caller(credentials("ädmin", Endpoints.PASSWORD), "a");
    assertEquals("http:ädmin (admin)", caller.toString());
  }

  @Test
  void wrongMissingAndMalformedCredentialsAreUnauthorized() {
    Headers malformed = new Headers();
    malformed.set("Authorization", "Basic ***");
    Headers other = new Headers();
    other.set("Authorization", "Bearer x");
    assertEquals(401, refused(new Headers(), "a").status());
    assertEquals(401, refused(malformed, "a").status());
    assertEquals(401, refused(other, "a").status());
    assertEquals(401, refused(credentials("viewer", "wrong"), "a").status());
    assertEquals(401, refused(credentials("nobody", Endpoints.PASSWORD), "a").status());
  }

  @Test
  void rightPasswordIsHashedSlowlyOnlyOnce() throws Exception {
    Headers right = credentials("viewer", Endpoints.PASSWORD);
    login.caller(right, "a");
    long start = System.nanoTime();
    for (int i = 0; i < 1_000; i++) {
      login.caller(right, "a");
    }
    // 1,000 slow hashes would take more than half a minute.
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10));
    assertEquals(401, refused(credentials("viewer", Endpoints.PASSWORD + "x"), "a").status());
  }

  @Test
  void repeatedFailuresHaveToWaitLongerEachTime() throws Exception {
    Headers wrong = credentials("viewer", "wrong");
    for (int i = 0; i < 5; i++) {
      assertEquals(401, refused(wrong, "a").status());
    }
    assertEquals(429, refused(wrong, "a").status());
    assertEquals("1", refused(wrong, "a").answer().headers().get("Retry-After"));
    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertEquals(401, refused(wrong, "a").status());
    assertEquals("2", refused(wrong, "a").answer().headers().get("Retry-After"));
  }

  @Test
  void failuresHinderNeitherOtherAddressesNorThoseWhoAreKnown() throws Exception {
    Headers right = credentials("viewer", Endpoints.PASSWORD);
    login.caller(right, "a");
    for (int i = 0; i < 5; i++) {
      refused(credentials("viewer", "wrong"), "a");
    }
    assertEquals("http:viewer", login.caller(right, "a").getName());
    assertEquals(
        "http:operator", login.caller(credentials("operator", Endpoints.PASSWORD), "b").getName());
    Headers unknownYet = credentials("ädmin", Endpoints.PASSWORD);
    assertEquals(429, refused(unknownYet, "a").status());
    clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
    assertEquals("http:ädmin", login.caller(unknownYet, "a").getName());
  }
}
