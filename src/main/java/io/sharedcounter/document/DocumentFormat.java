package io.sharedcounter.document;

import io.sharedcounter.core.Copy;
import io.sharedcounter.core.Names;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * How a document is written. Version 1, in UTF-8, every line ended by one line feed, nothing
 * between the signs but what stands here:
 *
 * <pre>
 * json   {"sharedcounter":1,"namespace":"orders","sequence":12,"count":2,"crc32c":"0123abcd"}
 *        {"name":"created","value":5}
 *        {"name":"paid, \"late\"","value":-3}
 * csv    # {"sharedcounter":1,"namespace":"orders","sequence":12,"count":2,"crc32c":"0123abcd"}
 *        name,value
 *        created,5
 *        "paid, ""late""",-3
 * </pre>
 *
 * <p>{@code sequence}: the namespace's latest transaction that the document shows, 0 where they are
 * not numbered. {@code count}: how many counters follow. {@code crc32c}: of all bytes after the
 * first line, so that a document that was cut or changed is found out. Counters are written sorted
 * by name, and read in any order. Immutable.
 */
public enum DocumentFormat {
  /** One JSON object a line. */
  JSON {
    @Override
    String line(String name, long value) {
      return "{\"name\":" + JsonLine.quoted(name) + ",\"value\":" + value + "}\n";
    }
  },
  /** Values separated by commas, names quoted as RFC 4180 does. */
  CSV {
    @Override
    String line(String name, long value) {
      return CsvLine.quoted(name) + "," + value + "\n";
    }
  };

  /** The version of both formats. */
  static final int VERSION = 1;

  /** What stands before the header of a csv document. */
  static final String COMMENT = "# ";

  /** The line of a csv document that names its columns. */
  static final String COLUMNS = "name,value";

  /**
   * Returns the format of that word, {@code json} or {@code csv}.
   *
   * @throws IllegalArgumentException that shows the word and what is allowed
   */
  public static DocumentFormat of(String word) {
    for (DocumentFormat format : values()) {
      if (format.toString().equals(word)) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "format '" + Names.escaped(word) + "' is not known; use json or csv");
  }

  /** Returns the word for it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Writes a document. Leaves the stream open.
   *
   * @param namespace what the counters are called together
   * @throws IOException if the stream does; it has taken a part then
   */
  public void write(String namespace, Copy copy, OutputStream out) throws IOException {
    CRC32C crc = new CRC32C();
    forEachLine(copy, crc::update);
    int count = copy.counters().size();
    Header header = new Header(namespace, copy.sequence(), count, (int) crc.getValue());
    String comment = this == CSV ? COMMENT : "";
    out.write((comment + header + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      forEachLine(
          copy,
          line -> {
            try {
              out.write(line);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Shows each line after the first, for one line at a time is all that memory should hold. */
  private void forEachLine(Copy copy, Consumer<byte[]> visitor) {
    if (this == CSV) {
      visitor.accept((COLUMNS + "\n").getBytes(StandardCharsets.UTF_8));
    }
    for (Map.Entry<String, Long> counter : copy.counters().entrySet()) {
      String line = line(counter.getKey(), counter.getValue());
      visitor.accept(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  abstract String line(String name, long value);
}
