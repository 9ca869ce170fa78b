package io.sharedcounter.cluster;

import io.sharedcounter.core.CounterLockedException;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.Import.Mode;
import io.sharedcounter.core.NotAppliedException;
import io.sharedcounter.core.Reply.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How an import travels through the log: as one request, alone in its entry, so that it is applied
 * at one instant or not at all. Stateless, thread-safe.
 */
final class ImportCode {
  /**
   * How many bytes an import may take in the log. Ratis refuses an entry of more than 2 MiB, the
   * sender's envelope included, and would be sent it again for ever.
   */
  static final int MAX_BYTES = 2_000_000;

  private ImportCode() {}

  /**
   * Returns the request that brings an import in.
   *
   * @throws IllegalStateException if it does not fit into an entry of the log
   */
  static Request request(CounterSettings settings, Import wanted) {
    SortedMap<String, Long> values = new TreeMap<>(wanted.values());
    long bytes = 0;
    for (String name : values.keySet()) {
      bytes += Long.BYTES + bytes(name);
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalStateException(
          "Limit: an import of "
              + values.size()
              + " counters takes "
              + bytes
              + " bytes in the log of the cluster, "
              + MAX_BYTES
              + " are allowed; nothing changed; import it in pieces, by add or max");
    }
    return new Request(
        Code.IMPORT,
        settings.namespace(),
        settings.maxCounters(),
        "",
        number(wanted.mode()),
        0,
        "",
        Import.ORIGIN,
        "",
        values);
  }

  private static int bytes(String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(name.length() + Short.BYTES);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(name);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
    return bytes.size();
  }

  /** Returns how many counters were changed, or throws what the import was refused with. */
  static int changed(Answer answer) {
    String why = answer.refusal().orElse("");
    return switch (answer.outcome()) {
      case DONE -> Math.toIntExact(answer.after());
      case LOCKED -> throw new CounterLockedException(why);
      case OVERFLOW -> throw new ArithmeticException(why);
      case LIMIT -> throw new IllegalStateException(why);
      default -> throw new NotAppliedException("Not applied: " + answer);
    };
  }

  /** Returns what an import was refused with, as it travels. */
  static Answer refused(RuntimeException refusal) {
    Outcome outcome =
        refusal instanceof CounterLockedException
            ? Outcome.LOCKED
            : refusal instanceof ArithmeticException ? Outcome.OVERFLOW : Outcome.LIMIT;
    return Answer.refused(outcome, String.valueOf(refusal.getMessage()));
  }

  /** The stable numbers of the modes: part of the wire and disk format. */
  private static final Map<Mode, Long> NUMBERS =
      Map.of(Mode.REPLACE, 1L, Mode.ADD, 2L, Mode.MAX, 3L);

  private static long number(Mode mode) {
    return NUMBERS.getOrDefault(mode, 0L);
  }

  static Mode mode(long number) {
    return NUMBERS.entrySet().stream()
        .filter(mode -> mode.getValue() == number)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new UnknownFormatException("mode " + number + " of an import"));
  }
}
