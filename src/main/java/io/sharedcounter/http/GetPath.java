package io.sharedcounter.http;

import java.util.ArrayList;
import java.util.List;
import org.jolokia.core.util.EscapeUtil;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.server.core.request.JolokiaRequest;

/**
 * Turns a request that stood in a path into the one that would be sent by POST, so that what is
 * checked and what runs can only be the same. Immutable.
 */
final class GetPath {
  private GetPath() {}

  static JSONObject toPost(JolokiaRequest request, String elements) {
    JSONObject json = request.toJSON();
    if (json.get("arguments") instanceof List<?> arguments) {
      // Jolokia takes the argument * for null; here it is the pattern that means all.
      List<String> texts =
          EscapeUtil.split(elements.replaceFirst("^/+", ""), EscapeUtil.PATH_ESCAPE, "/");
      List<Object> exact = new ArrayList<>();
      for (int i = 0; i < arguments.size(); i++) {
        boolean star = i + 3 < texts.size() && texts.get(i + 3).equals("*");
        exact.add(star ? "*" : arguments.get(i));
      }
      JSONArray array = new JSONArray(exact.size());
      array.addAll(exact);
      json.put("arguments", array);
    }
    return json;
  }
}
