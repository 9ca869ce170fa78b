package io.sharedcounter.http;

import java.security.Principal;
import java.util.Set;
import javax.security.auth.Subject;

/**
 * Who sends a request, and the principal under which the MBeans see it: {@code http:<user>}.
 * Immutable.
 */
final class Caller implements Principal {
  /** Everybody, when there are no users: then only this machine can connect. */
  static final Caller ANONYMOUS = new Caller("anonymous", Role.OPERATOR);

  private final String user;
  private final Role role;
  private final Subject subject;

  Caller(String user, Role role) {
    this.user = user;
    this.role = role;
    this.subject = new Subject(true, Set.of(this), Set.of(), Set.of());
  }

  @Override
  public String getName() {
    return "http:" + user;
  }

  Role role() {
    return role;
  }

  Subject subject() {
    return subject;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Caller caller && user.equals(caller.user) && role == caller.role;
  }

  @Override
  public int hashCode() {
    return user.hashCode();
  }

  @Override
  public String toString() {
    return getName() + " (" + role + ")";
  }
}
