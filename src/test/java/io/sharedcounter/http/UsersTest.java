package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {
  private static final String HASH = "pbkdf2-sha256$1$c2FsdHNhbHQ=$AAAAAAAAAAAAAAAAAAAAAA==";

  @TempDir private Path directory;

  private Path file(String text) throws Exception {
    return Files.writeString(directory.resolve("users.properties"), text);
  }

  @Test
  void readsNamesRolesAndSkipsComments() throws Exception {
    Users users = Users.read(file("# one\n\n älice = admin " + HASH + "\nbob=viewer " + HASH));
    assertEquals(Role.ADMIN, users.find("älice").orElseThrow().caller().role());
    assertEquals("http:bob", users.find("bob").orElseThrow().caller().getName());
    assertTrue(users.find("# one").isEmpty());
  }

  @Test
  void readsWhatAnEditorOnWindowsWrites() throws Exception {
    Users users =
        Users.read(file("\ufeffalice = admin " + HASH + "\r\nbob = viewer " + HASH + "\r\n"));
    assertEquals("http:alice", users.find("alice").orElseThrow().caller().getName());
    assertEquals(Role.VIEWER, users.find("bob").orElseThrow().caller().role());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " a", "a ", "#a", "a=b", "a:b", "a\nb = admin x", "a\tb", "\u0085"})
  void nameThatNoLineCanSayIsRefused(String name) {
    String refused =
        assertThrows(IllegalArgumentException.class, () -> Users.requireUser(name, "viewer"))
            .getMessage();
    assertTrue(refused.startsWith("user '") && refused.lines().count() == 1, refused);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "älice", "a b", "a#b", "a@b.example", "😀"})
  void nameThatIsAllowedComesBackFromItsLine(String name) throws Exception {
    Users.requireUser(name, "viewer");
    Users users = Users.read(file(name + " = viewer " + HASH + "\n"));
    assertEquals("http:" + name, users.find(name).orElseThrow().caller().getName());
  }

  @Test
  void directoryIsRefusedWithoutTheNameOfAClass() {
    assertEquals(
        "http.users: " + directory + " cannot be read: Is a directory",
        assertThrows(IllegalArgumentException.class, () -> Users.read(directory)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alice = root HASH | line 2: unknown role 'root'",
        "alice = admin | line 2: expected",
        "alice admin HASH | line 2: expected",
        "= admin HASH | line 2: expected",
        "a:b = admin HASH | line 2: expected",
        "alice = admin secret | line 2: not a password hash",
        "bob = admin HASH | line 2: the user 'bob' is named twice"
      })
  void malformedLineIsNamedAndNoSecretRepeated(String line, String says) throws Exception {
    Path file = file("bob = viewer " + HASH + "\n" + line.replace("HASH", HASH));
    Exception refused = assertThrows(IllegalArgumentException.class, () -> Users.read(file));
    assertTrue(
        refused.getMessage().startsWith("http.users: " + file + " " + says), refused.getMessage());
    assertTrue(!refused.getMessage().contains("c2FsdHNhbHQ"), refused.getMessage());
    assertTrue(!refused.getMessage().contains("secret"), refused.getMessage());
  }

  @Test
  void missingEmptyAndForeignFilesAreRefused() throws Exception {
    Path missing = directory.resolve("missing");
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Users.read(missing))
            .getMessage()
            .startsWith("http.users: " + missing + " does not exist"));
    Path empty = file("# nobody\n");
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Users.read(empty))
            .getMessage()
            .contains("names no user"));
    byte[] latin1 = ("ü = viewer " + HASH).getBytes(StandardCharsets.ISO_8859_1);
    Path foreign = Files.write(directory.resolve("latin1"), latin1);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Users.read(foreign))
            .getMessage()
            .endsWith("is not UTF-8"));
  }
}
