package io.sharedcounter.http;

import io.sharedcounter.http.JolokiaRequests.LongFormat;
import java.net.URLDecoder;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jolokia.json.JSONObject;
import org.jspecify.annotations.Nullable;

/**
 * The processing parameters of a request, as far as a client may choose them. Immutable.
 *
 * @param byName them by name, as Jolokia takes them
 */
record Parameters(Map<String, String[]> byName) {
  private static final String LONGS = "serializeLong";
  // The second path and the script: ways around what checks the path and reads the answer.
  private static final Set<String> REFUSED = Set.of("p", "callback");
  // Jolokia reads these as numbers when the operation has run already.
  private static final Set<String> WHOLE =
      Set.of("maxDepth", "maxCollectionSize", "maxObjects", "ifModifiedSince");

  /** Reads a raw query string; how longs are written is ours to say. */
  static Parameters of(String rawQuery, LongFormat longs) throws Refusal {
    Map<String, String[]> byName = new TreeMap<>();
    byName.put(LONGS, new String[] {longs.toString()});
    for (String pair : rawQuery == null ? new String[0] : rawQuery.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        String name = decoded(pair.substring(0, equals));
        String value = decoded(pair.substring(equals + 1));
        if (REFUSED.contains(name)) {
          throw Refusal.badRequest("Bad request: the parameter " + name + " is not served");
        }
        if (!name.equals(LONGS)) {
          checkWhole(name, value);
          byName.put(name, new String[] {value});
        }
      }
    }
    return new Parameters(byName);
  }

  /** Returns the value of a parameter, null where it is not given, as Jolokia has it. */
  @Nullable String first(String name) {
    String[] values = byName.get(name);
    return values == null ? null : values[0];
  }

  /** Checks the parameters in a request's body, and takes out how longs are written. */
  static void cleanse(JSONObject request) throws Refusal {
    Object config = request.get("config");
    if (config == null) {
      return;
    }
    if (!(config instanceof JSONObject parameters)) {
      throw Refusal.badRequest("Bad request: config is not a JSON object");
    }
    for (Map.Entry<String, Object> parameter : parameters.entrySet()) {
      checkWhole(parameter.getKey(), String.valueOf(parameter.getValue()));
    }
    parameters.remove(LONGS);
  }

  private static void checkWhole(String name, String value) throws Refusal {
    if (WHOLE.contains(name) && !value.matches("[0-9]{1,9}|1[0-9]{9}")) {
      throw Refusal.badRequest("Bad request: " + name + " is not a number that it takes");
    }
  }

  private static String decoded(String escaped) throws Refusal {
    try {
      return URLDecoder.decode(escaped, Answer.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("Bad request: a broken %-escape in the query");
    }
  }
}
