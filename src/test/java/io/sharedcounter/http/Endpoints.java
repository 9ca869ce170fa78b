package io.sharedcounter.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Settings that tests share. Immutable. */
final class Endpoints {
  static final String PASSWORD = "pässword:1";
  private static final PasswordHash HASH = PasswordHash.of(PASSWORD.toCharArray());

  private Endpoints() {}

  /** One user of each role, named like it, all with the same password. */
  static Path usersFile(Path directory) throws IOException {
    return Files.write(
        directory.resolve("users.properties"),
        List.of(
            "# name = role hash",
            "",
            "viewer = viewer " + HASH,
            "operator = operator " + HASH,
            "ädmin = admin " + HASH));
  }

  static HttpSettings withUsers(Path directory) throws IOException {
    return new HttpSettings(
        "127.0.0.1",
        0,
        Optional.of(usersFile(directory)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static HttpSettings withPolicy(Path policy) {
    return new HttpSettings(
        "127.0.0.1", 0, Optional.empty(), Optional.empty(), Optional.of(policy), Optional.empty());
  }

  static HttpSettings withPages(Path pages) {
    return new HttpSettings(
        "127.0.0.1", 0, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(pages));
  }
}
