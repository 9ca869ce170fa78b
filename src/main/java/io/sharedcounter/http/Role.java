package io.sharedcounter.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a user may do, each role all that the one before it may; an operation that is not named here
 * is nobody's. Immutable.
 */
enum Role {
  VIEWER,
  OPERATOR,
  ADMIN;

  private static final Map<String, Role> NEEDED = new HashMap<>();

  // A URL ends in logs and histories: a token there is given away, and a set-up step is replayed.
  private static final Set<String> NEVER_IN_A_URL =
      Set.of(
          "setAndUnlock",
          "renewLock",
          "unlockCounter",
          "importCounters",
          "checkImport",
          "addPeer",
          "removePeer",
          "transferLeadership",
          "snapshotNow");

  static {
    need(VIEWER, "peek", "getAllCounters", "findCounters", "history", "valueAt");
    need(OPERATOR, "get", "set", "getSet", "compareAndSet", "remove");
    need(OPERATOR, "increment", "incrementBy", "getIncrement", "getIncrementBy");
    need(OPERATOR, "lockCounter", "setAndUnlock", "renewLock", "unlockCounter");
    need(OPERATOR, "snapshot", "exportCounters");
    need(ADMIN, "breakLock", "importCounters", "checkImport");
    need(ADMIN, "addPeer", "removePeer", "transferLeadership", "snapshotNow");
  }

  private static void need(Role role, String... operations) {
    for (String operation : operations) {
      NEEDED.put(operation, role);
    }
  }

  /** Returns the least role that may call the operation, empty when none may. */
  static Optional<Role> neededFor(String operation) {
    return Optional.ofNullable(NEEDED.get(operation));
  }

  /** Returns whether the operation is refused by GET. */
  static boolean onlyByPost(String operation) {
    return NEVER_IN_A_URL.contains(operation);
  }

  /** Returns the role of that name, as the file of users writes it. */
  static Optional<Role> named(String name) {
    for (Role role : values()) {
      if (role.toString().equals(name)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }

  boolean includes(Role other) {
    return compareTo(other) >= 0;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
