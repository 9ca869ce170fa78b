package io.sharedcounter.document;

import io.sharedcounter.core.Names;
import java.util.Locale;

/**
 * The first line of a document. Immutable.
 *
 * @param namespace where the counters come from
 * @param sequence the namespace's latest transaction that is in it, 0 where they are not numbered
 * @param count how many counters follow
 * @param crc the CRC-32C of all bytes after the line
 */
record Header(String namespace, long sequence, long count, int crc) {

  /**
   * Reads the line, without the comment sign of csv.
   *
   * @throws IllegalArgumentException that says what was found and what should be there
   */
  static Header parse(String line) {
    JsonLine json = new JsonLine(line);
    json.expect("{\"sharedcounter\":");
    long version = json.number();
    if (version != DocumentFormat.VERSION) {
      throw new IllegalArgumentException(
          "format version " + version + ", this version reads 1; use the version that wrote it");
    }
    json.expect(",\"namespace\":");
    String namespace = Names.checkNamespace(json.string());
    json.expect(",\"sequence\":");
    long sequence = notNegative("sequence", json.number());
    json.expect(",\"count\":");
    long count = notNegative("count", json.number());
    json.expect(",\"crc32c\":");
    String crc = json.string();
    json.expect("}");
    json.end();
    if (!crc.matches("[0-9a-f]{8}")) {
      throw new IllegalArgumentException(
          "crc32c '" + Names.escaped(crc) + "' is not allowed; use 8 digits of 0-9 and a-f");
    }
    return new Header(namespace, sequence, count, Integer.parseUnsignedInt(crc, 16));
  }

  private static long notNegative(String what, long number) {
    if (number < 0) {
      throw new IllegalArgumentException(what + " is " + number + "; use 0 or more");
    }
    return number;
  }

  /** Returns the line, without line feed and without the comment sign of csv. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "{\"sharedcounter\":%d,\"namespace\":\"%s\",\"sequence\":%d,\"count\":%d,"
            + "\"crc32c\":\"%08x\"}",
        DocumentFormat.VERSION,
        namespace,
        sequence,
        count,
        crc);
  }
}
