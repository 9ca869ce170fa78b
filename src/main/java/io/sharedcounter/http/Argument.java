package io.sharedcounter.http;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.management.MBeanParameterInfo;
import org.jolokia.json.JSONStructure;

/**
 * Whether a JSON value is exactly a value of an operation's parameter; Jolokia itself would cut a
 * fraction off and turn an object into text. Immutable.
 */
final class Argument {
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,40}");

  private record Range(long least, long most) {}

  private static final Map<String, Range> WHOLE_TYPES =
      Map.of(
          "long", new Range(Long.MIN_VALUE, Long.MAX_VALUE),
          "java.lang.Long", new Range(Long.MIN_VALUE, Long.MAX_VALUE),
          "int", new Range(Integer.MIN_VALUE, Integer.MAX_VALUE),
          "java.lang.Integer", new Range(Integer.MIN_VALUE, Integer.MAX_VALUE));

  // What Jolokia puts in the place of these texts, which are names like any other.
  private static final Map<String, String> REPLACED =
      Map.of("[null]", "nothing", "\"\"", "the empty text");

  private Argument() {}

  /** Returns why the value does not fit the parameter, empty when it does. */
  static Optional<String> misfit(MBeanParameterInfo parameter, Object value) {
    Range range = WHOLE_TYPES.get(parameter.getType());
    if (range != null) {
      return wholeMisfit(parameter, range, value);
    }
    if (value instanceof String text && REPLACED.containsKey(text)) {
      return Optional.of(
          parameter.getName()
              + ": Jolokia takes "
              + text
              + " for "
              + REPLACED.get(text)
              + "; such a counter is reached over JMX and in the process only");
    }
    boolean fits =
        switch (parameter.getType()) {
          case "java.lang.String" -> value == null || value instanceof String;
          case "boolean" ->
              value instanceof Boolean || "true".equals(value) || "false".equals(value);
          default -> true;
        };
    return fits ? Optional.empty() : Optional.of(describe(parameter, value));
  }

  private static Optional<String> wholeMisfit(
      MBeanParameterInfo parameter, Range range, Object value) {
    boolean whole =
        value instanceof Long
            || value instanceof Integer
            || value instanceof BigInteger
            || (value instanceof String text && WHOLE.matcher(text).matches());
    if (!whole) {
      return Optional.of(describe(parameter, value));
    }
    BigInteger exact = new BigInteger(value.toString());
    boolean within =
        exact.compareTo(BigInteger.valueOf(range.least)) >= 0
            && exact.compareTo(BigInteger.valueOf(range.most)) <= 0;
    return within
        ? Optional.empty()
        : Optional.of(
            parameter.getName()
                + ": "
                + shown(value)
                + " is not within "
                + range.least
                + " to "
                + range.most);
  }

  private static String describe(MBeanParameterInfo parameter, Object value) {
    return parameter.getName() + ": " + shown(value) + " is not a " + parameter.getType();
  }

  private static String shown(Object value) {
    if (value instanceof Map) {
      return "a JSON object";
    }
    if (value instanceof JSONStructure) {
      return "a JSON array";
    }
    return value instanceof String text ? '"' + Texts.shortened(text) + '"' : String.valueOf(value);
  }
}
