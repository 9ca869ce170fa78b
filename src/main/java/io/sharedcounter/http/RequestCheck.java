package io.sharedcounter.http;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.jolokia.server.core.request.JolokiaExecRequest;
import org.jolokia.server.core.request.JolokiaObjectNameRequest;
import org.jolokia.server.core.request.JolokiaReadRequest;
import org.jolokia.server.core.request.JolokiaRequest;

/**
 * Refuses a request that does not fit the MBean it is meant for, before any part of it runs:
 * Jolokia finds that out one by one, when the elements before have changed counters already.
 * Thread-safe.
 */
final class RequestCheck {
  // A path into one of these finds nothing, and Jolokia says so only after the operation has run.
  private static final Set<String> WITHOUT_PARTS =
      Set.of("void", "long", "int", "boolean", "java.lang.String", "java.lang.Long");

  private final AccessRules rules;

  RequestCheck(AccessRules rules) {
    this.rules = rules;
  }

  /**
   * Checks one request, or one element of a bulk.
   *
   * @throws Refusal with 400 if it does not fit, with 403 if no rule could ever let it through
   */
  void check(JolokiaRequest request, boolean byGet) throws Refusal {
    if (request.getOption("target") != null
        || (request instanceof JolokiaObjectNameRequest named && named.getProvider() != null)) {
      throw new Refusal(403, "Forbidden: requests to a target behind this server");
    }
    switch (request.getType()) {
      case NOTIFICATION, CONFIG ->
          throw new Refusal(403, "Forbidden: requests of type " + request.getType().getName());
      case READ -> checkRead((JolokiaReadRequest) request);
      case EXEC -> checkExec((JolokiaExecRequest) request, byGet);
      default -> {
        // Nothing to fit: the rest is decided element by element.
      }
    }
  }

  // Jolokia fetches several attributes first and asks afterwards; foreign ones must not even run.
  private void checkRead(JolokiaReadRequest request) throws Refusal {
    ObjectName name = request.getObjectName();
    boolean open = name.isPattern() ? AccessRules.isWithinOpenDomains(name) : rules.isOpen(name);
    if (!open && (name.isPattern() || request.isMultiAttributeMode())) {
      throw new Refusal(
          403, "Forbidden: " + Texts.shortened(name.toString()) + " is not open here");
    }
  }

  private void checkExec(JolokiaExecRequest request, boolean byGet) throws Refusal {
    if (request.getOperation() == null) {
      throw Refusal.badRequest("Bad request: no operation named");
    }
    String operation = AccessRules.withoutSignature(request.getOperation());
    if (byGet && Role.onlyByPost(operation)) {
      throw new Refusal(403, "Forbidden: " + operation + " by GET; send it by POST");
    }
    ObjectName name = request.getObjectName();
    // What is not open must not tell its operations either; an MBean that is not there is an
    // answer of its own. Both are left to Jolokia.
    List<MBeanOperationInfo> named =
        AccessRules.isOurs(name) ? operations(name, operation) : List.of();
    if (!named.isEmpty()) {
      checkArguments(request, signature(request, named));
    }
  }

  private static List<MBeanOperationInfo> operations(ObjectName name, String operation)
      throws Refusal {
    MBeanServer platform = ManagementFactory.getPlatformMBeanServer();
    if (platform.isRegistered(name)) {
      return operations(platform, name, operation);
    }
    for (MBeanServer server : MBeanServerFactory.findMBeanServer(null)) {
      if (server.isRegistered(name)) {
        return operations(server, name, operation);
      }
    }
    return List.of();
  }

  private static List<MBeanOperationInfo> operations(
      MBeanServer server, ObjectName name, String operation) throws Refusal {
    List<MBeanOperationInfo> named = new ArrayList<>();
    try {
      for (MBeanOperationInfo info : server.getMBeanInfo(name).getOperations()) {
        if (info.getName().equals(operation)) {
          named.add(info);
        }
      }
    } catch (JMException unregisteredMeanwhile) {
      return List.of();
    }
    if (named.isEmpty()) {
      throw Refusal.badRequest(
          "Bad request: no operation '" + Texts.shortened(operation) + "' on " + name);
    }
    return named;
  }

  private static MBeanOperationInfo signature(
      JolokiaExecRequest request, List<MBeanOperationInfo> named) throws Refusal {
    String asked = request.getOperation();
    if (asked.indexOf('(') < 0) {
      if (named.size() == 1) {
        return named.get(0);
      }
      throw Refusal.badRequest("Bad request: " + asked + " is overloaded; add its signature");
    }
    for (MBeanOperationInfo info : named) {
      List<String> types = new ArrayList<>();
      for (MBeanParameterInfo parameter : info.getSignature()) {
        types.add(parameter.getType());
      }
      String signature = info.getName() + "(" + String.join(",", types) + ")";
      if (asked.replaceAll("\\s*,\\s*", ",").equals(signature)) {
        return info;
      }
    }
    throw Refusal.badRequest("Bad request: no operation '" + Texts.shortened(asked) + "'");
  }

  private static void checkArguments(JolokiaExecRequest request, MBeanOperationInfo operation)
      throws Refusal {
    MBeanParameterInfo[] parameters = operation.getSignature();
    List<?> arguments = Optional.<List<?>>ofNullable(request.getArguments()).orElse(List.of());
    if (arguments.size() != parameters.length) {
      throw Refusal.badRequest(
          "Bad request: "
              + operation.getName()
              + " takes "
              + parameters.length
              + " arguments, not "
              + arguments.size());
    }
    for (int i = 0; i < parameters.length; i++) {
      Optional<String> misfit = Argument.misfit(parameters[i], arguments.get(i));
      if (misfit.isPresent()) {
        throw Refusal.badRequest("Bad request: " + operation.getName() + ": " + misfit.get());
      }
    }
    if (request.getPathParts() != null && WITHOUT_PARTS.contains(operation.getReturnType())) {
      throw Refusal.badRequest(
          "Bad request: the result of " + operation.getName() + " has no parts");
    }
  }
}
