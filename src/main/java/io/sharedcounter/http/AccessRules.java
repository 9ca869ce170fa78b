package io.sharedcounter.http;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.management.ObjectName;
import org.jolokia.server.core.restrictor.policy.PolicyRestrictor;
import org.jolokia.server.core.service.api.Restrictor;
import org.jolokia.server.core.util.HttpMethod;
import org.jolokia.server.core.util.RequestType;

/**
 * What Jolokia may touch: our own domain and a few harmless attributes of the JVM, of these what
 * the policy file allows, of these what the role of the caller allows. Refuses by an exception, so
 * that the text says why. Thread-safe.
 */
final class AccessRules implements Restrictor {
  private static final String OWN_DOMAIN = "io.sharedcounter";
  private static final Set<String> OPEN_JVM_TYPES =
      Set.of("Memory", "Runtime", "Threading", "OperatingSystem", "GarbageCollector");
  // The others tell paths, arguments and properties, which may hold passwords.
  private static final Set<String> OPEN_RUNTIME_ATTRIBUTES =
      Set.of("Uptime", "StartTime", "SpecVersion", "VmName", "VmVendor", "VmVersion");
  private static final Set<RequestType> OPEN_TYPES =
      Set.of(
          RequestType.READ,
          RequestType.WRITE,
          RequestType.EXEC,
          RequestType.LIST,
          RequestType.SEARCH,
          RequestType.VERSION);

  // Jolokia asks on the thread of the request, and has no other way to tell whose it is.
  private static final ThreadLocal<Caller> CALLER = new ThreadLocal<>();

  private static final int MOST_KNOWN = 1_000;
  private static final int MOST_KNOWN_CHARS = 500;

  private final PolicyRestrictor policy;
  private final Map<Invocation, Boolean> inPolicy = new ConcurrentHashMap<>();

  AccessRules(PolicyRestrictor policy) {
    this.policy = policy;
  }

  /** Runs a step of Jolokia's for the caller. */
  <T, E extends Exception> T runAs(Caller who, Step<T, E> step) throws E {
    CALLER.set(who);
    try {
      return step.run();
    } finally {
      CALLER.remove();
    }
  }

  /** A step that may fail. */
  interface Step<T, E extends Exception> {
    T run() throws E;
  }

  /** Returns whether the name may be seen at all. */
  boolean isOpen(ObjectName name) {
    if (name.isPattern()) {
      return false;
    }
    if (name.getDomain().equals("java.lang")) {
      String type = name.getKeyProperty("type");
      return type != null && OPEN_JVM_TYPES.contains(type);
    }
    return isOurs(name);
  }

  /** Returns whether it is one MBean of this library, so that operations can be called at all. */
  static boolean isOurs(ObjectName name) {
    return !name.isPattern() && name.getDomain().equals(OWN_DOMAIN);
  }

  /** Returns whether a pattern stays within the domains that hold what may be seen. */
  static boolean isWithinOpenDomains(ObjectName name) {
    return name.getDomain().equals(OWN_DOMAIN) || name.getDomain().equals("java.lang");
  }

  /** Returns the name of an operation without the signature that may follow it. */
  static String withoutSignature(String operation) {
    int parenthesis = operation.indexOf('(');
    return parenthesis < 0 ? operation : operation.substring(0, parenthesis);
  }

  @Override
  public boolean isTypeAllowed(RequestType type) {
    return OPEN_TYPES.contains(type) && policy.isTypeAllowed(type);
  }

  @Override
  public boolean isAttributeReadAllowed(ObjectName name, String attribute) {
    require(isOpen(name), () -> name + " is not open here");
    require(
        !name.getDomain().equals("java.lang")
            || !"Runtime".equals(name.getKeyProperty("type"))
            || OPEN_RUNTIME_ATTRIBUTES.contains(attribute),
        () -> "the attribute " + attribute + " of " + name + " is not open here");
    require(
        policy.isAttributeReadAllowed(name, attribute),
        () -> "the policy does not allow to read " + attribute + " of " + name);
    return true;
  }

  @Override
  public boolean isAttributeWriteAllowed(ObjectName name, String attribute) {
    throw new SecurityException("Forbidden: attributes are read-only; use an operation");
  }

  @Override
  public boolean isOperationAllowed(ObjectName name, String operation) {
    require(!name.isPattern(), () -> "operations on a pattern of names");
    require(isOurs(name), () -> name + " is not open here");
    String plain = withoutSignature(operation);
    require(isInPolicy(name, plain), () -> "the policy does not allow " + plain + " on " + name);
    Optional<Role> needed = Role.neededFor(plain);
    require(needed.isPresent(), () -> "the operation " + plain + " is not open here");
    Caller who = Optional.ofNullable(CALLER.get()).orElseThrow(IllegalStateException::new);
    require(
        who.role().includes(needed.orElseThrow()),
        () -> plain + " needs the role " + needed.orElseThrow() + ", and " + who + " has another");
    return true;
  }

  // The policy never changes, and reading it compiles patterns each time.
  private boolean isInPolicy(ObjectName name, String operation) {
    if (name.getCanonicalName().length() + operation.length() > MOST_KNOWN_CHARS) {
      // Whoever asks may invent names; remembering long ones would fill the heap.
      return policy.isOperationAllowed(name, operation);
    }
    Invocation asked = new Invocation(name, operation);
    Boolean known = inPolicy.get(asked);
    if (known == null) {
      if (inPolicy.size() >= MOST_KNOWN) {
        inPolicy.clear();
      }
      known = policy.isOperationAllowed(name, operation);
      inPolicy.put(asked, known);
    }
    return known;
  }

  private record Invocation(ObjectName name, String operation) {}

  private static void require(boolean fulfilled, Supplier<String> otherwise) {
    if (!fulfilled) {
      throw new SecurityException("Forbidden: " + otherwise.get());
    }
  }

  @Override
  public boolean isObjectNameHidden(ObjectName name) {
    return !isOpen(name) || policy.isObjectNameHidden(name);
  }

  @Override
  public boolean isHttpMethodAllowed(HttpMethod method) {
    return policy.isHttpMethodAllowed(method);
  }

  @Override
  public boolean isRemoteAccessAllowed(String... hostOrAddress) {
    return policy.isRemoteAccessAllowed(hostOrAddress);
  }

  /** Returns true: {@link BrowserRules} have decided before, and no origin is passed on. */
  @Override
  public boolean isOriginAllowed(String origin, boolean onlyWhenStrictCheckingIsEnabled) {
    return true;
  }
}
