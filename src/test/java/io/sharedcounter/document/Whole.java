package io.sharedcounter.document;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/** Makes documents whose count and checksum fit, whatever their lines are. Stateless. */
final class Whole {
  private Whole() {}

  static byte[] document(DocumentFormat format, List<String> lines) {
    String body = (format == DocumentFormat.CSV ? "name,value\n" : "") + String.join("", lines);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    String first =
        (format == DocumentFormat.CSV ? "# " : "")
            + new Header("orders", 0, lines.size(), (int) crc.getValue());
    return (first + "\n" + body).getBytes(StandardCharsets.UTF_8);
  }
}
