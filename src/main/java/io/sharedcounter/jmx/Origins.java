package io.sharedcounter.jmx;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.Principal;
import javax.management.remote.JMXPrincipal;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Tells who calls an MBean, from the Subject under which the calling thread runs: {@code
 * jmx:<user>}, {@code jmx:local} or {@code http:<user>}. Stateless, thread-safe.
 */
final class Origins {
  /** The origin of a caller that did not log in: this JVM, or a console attached to it. */
  static final String LOCAL = "jmx:local";

  private static final String HTTP = "http:";
  private static final MethodHandle CURRENT_SUBJECT = currentSubject();

  private Origins() {}

  /** Returns the origin of the call that this thread is serving. */
  static String current() {
    Subject subject;
    try {
      subject = (Subject) CURRENT_SUBJECT.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("cannot tell the caller: " + e, e);
    }
    return subject == null ? LOCAL : of(subject);
  }

  static String of(Subject subject) {
    String found = "";
    // A JMX user may be called anything; only what is not one can come from the HTTP face.
    for (Principal principal : subject.getPrincipals()) {
      String name = principal.getName();
      if (name.startsWith(HTTP) && !(principal instanceof JMXPrincipal)) {
        return name;
      }
      if (found.isEmpty()) {
        found = "jmx:" + name;
      }
    }
    return found.isEmpty() ? LOCAL : found;
  }

  /**
   * Returns {@code Subject.current()}, or on Java 17 {@code
   * Subject.getSubject(AccessController.getContext())}, which later versions refuse.
   */
  private static MethodHandle currentSubject() {
    MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    try {
      MethodHandle current = find(lookup, Subject.class, "current", Subject.class);
      if (current != null) {
        return current;
      }
      Class<?> context = Class.forName("java.security.AccessControlContext");
      Class<?> controller = Class.forName("java.security.AccessController");
      MethodHandle getSubject =
          lookup.findStatic(
              Subject.class, "getSubject", MethodType.methodType(Subject.class, context));
      MethodHandle getContext =
          lookup.findStatic(controller, "getContext", MethodType.methodType(context));
      return MethodHandles.filterReturnValue(getContext, getSubject);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static @Nullable MethodHandle find(
      MethodHandles.Lookup lookup, Class<?> owner, String name, Class<?> result)
      throws IllegalAccessException {
    try {
      return lookup.findStatic(owner, name, MethodType.methodType(result));
    } catch (NoSuchMethodException e) {
      return null;
    }
  }
}
