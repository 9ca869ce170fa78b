package io.sharedcounter.http;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file of users, in UTF-8: one line each, {@code alice = admin pbkdf2-sha256$...}; lines that
 * start with {@code #} and empty lines are skipped. Immutable.
 */
final class Users {
  /** One line of the file. */
  record User(Caller caller, PasswordHash hash) {}

  private final Map<String, User> byName;

  private Users(Map<String, User> byName) {
    this.byName = Map.copyOf(byName);
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it is missing, unreadable, empty or malformed; the message
   *     names file and line, and repeats no hash
   */
  static Users read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "http.users: " + file + " does not exist; create it (hash-password prints its lines)");
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("http.users: " + file + " is not UTF-8");
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "http.users: " + file + " cannot be read: " + Reasons.of(e));
    }
    Map<String, User> users = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      // Some editors mark a file as UTF-8 by a character in front.
      boolean isMarked = i == 0 && lines.get(i).startsWith("\ufeff");
      String line = (isMarked ? lines.get(i).substring(1) : lines.get(i)).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        add(users, line, "http.users: " + file + " line " + (i + 1) + ": ");
      }
    }
    if (users.isEmpty()) {
      throw new IllegalArgumentException(
          "http.users: " + file + " names no user; add one (hash-password prints its line)");
    }
    return new Users(users);
  }

  /** Refuses a name or a role that would not come back from a line of the file. */
  static void requireUser(String user, String role) {
    if (Role.named(role).isEmpty()) {
      throw new IllegalArgumentException(
          "unknown role '" + Texts.shortened(role) + "'; use viewer, operator or admin");
    }
    if (user.isEmpty()
        || !user.strip().equals(user)
        || user.startsWith("#")
        || user.chars().anyMatch(c -> c == '=' || c == ':' || Character.isISOControl(c))) {
      throw new IllegalArgumentException(
          "user '"
              + Texts.shortened(user)
              + "' is not allowed; no '=', ':' or control character, no '#' in front, no blank at"
              + " an end");
    }
  }

  private static void add(Map<String, User> users, String line, String where) {
    int equals = line.indexOf('=');
    String name = equals < 0 ? "" : line.substring(0, equals).strip();
    String[] words = line.substring(equals + 1).strip().split("\\s+", -1);
    // Basic authentication separates name and password by a colon.
    if (name.isEmpty() || name.indexOf(':') >= 0 || words.length != 2) {
      throw new IllegalArgumentException(
          where + "expected <name> = <viewer, operator or admin> <hash>, the name without colon");
    }
    Role role =
        Role.named(words[0])
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        where + "unknown role '" + words[0] + "'; use viewer, operator or admin"));
    PasswordHash hash;
    try {
      hash = PasswordHash.parse(words[1]);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + e.getMessage());
    }
    if (users.put(name, new User(new Caller(name, role), hash)) != null) {
      throw new IllegalArgumentException(where + "the user '" + name + "' is named twice");
    }
  }

  Optional<User> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
