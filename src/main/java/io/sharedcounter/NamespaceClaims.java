package io.sharedcounter;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Who holds which namespace in this JVM, so that no two instances count under one name.
 *
 * <p>The one thing here that is static: without MBeans nothing else in the JVM would notice the
 * second instance. Thread-safe.
 */
final class NamespaceClaims {
  private static final ConcurrentMap<String, String> HOLDERS = new ConcurrentHashMap<>();

  private NamespaceClaims() {}

  /**
   * Claims the namespace until the result is closed.
   *
   * @throws IllegalStateException that names the holder if there is one
   */
  static AutoCloseable claim(String namespace, String instanceId) {
    String holder = HOLDERS.putIfAbsent(namespace, instanceId);
    if (holder != null) {
      throw new IllegalStateException(
          "namespace '"
              + namespace
              + "' is held by instance "
              + holder
              + " in this JVM; use that one, close it, or choose another name");
    }
    return () -> HOLDERS.remove(namespace, instanceId);
  }
}
