package io.sharedcounter.document;

import io.sharedcounter.core.Names;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A document that was read and is whole: format, version, names, values, count and checksum are
 * right, and no name is there twice. Immutable.
 *
 * @param header its first line
 * @param values its counters, by name
 */
record Document(Header header, Map<String, Long> values) {

  /**
   * Reads a document of either format.
   *
   * @throws DocumentException that names the line and what is wrong with it
   */
  static Document read(String text) {
    try {
      // Not by getBytes: that would read a lone surrogate as a question mark.
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] all = new byte[bytes.remaining()];
      bytes.get(all);
      return read(new ByteArrayInputStream(all));
    } catch (CharacterCodingException e) {
      throw new DocumentException(
          "document: it contains a lone surrogate; nothing was imported", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a document of either format up to the end of the stream, which stays open.
   *
   * @throws DocumentException that names the line and what is wrong with it
   * @throws IOException if the stream does
   */
  static Document read(InputStream in) throws IOException {
    Lines lines = new Lines(in);
    try {
      return read(lines);
    } catch (IllegalArgumentException e) {
      throw new DocumentException(
          "document, line "
              + Math.max(1, lines.number())
              + ": "
              + e.getMessage()
              + "; nothing was imported",
          e);
    }
  }

  private static Document read(Lines lines) throws IOException {
    String first = lines.next().orElseThrow(() -> new IllegalArgumentException("it is empty"));
    boolean isCsv = first.startsWith(DocumentFormat.COMMENT);
    Header header = Header.parse(isCsv ? first.substring(DocumentFormat.COMMENT.length()) : first);
    if (isCsv && !lines.next().equals(Optional.of(DocumentFormat.COLUMNS))) {
      throw new IllegalArgumentException("'" + DocumentFormat.COLUMNS + "' is expected");
    }
    Map<String, Long> values = new HashMap<>();
    for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
      CsvLine counter = isCsv ? CsvLine.parse(line.get()) : json(line.get());
      if (values.put(Names.checkCounter(counter.name()), counter.value()) != null) {
        throw new IllegalArgumentException(
            "counter '" + Names.escaped(counter.name()) + "' is there twice");
      }
      if (values.size() > header.count()) {
        throw new IllegalArgumentException(
            "more than the " + header.count() + " counters that the first line promises");
      }
    }
    if (values.size() != header.count()) {
      throw new IllegalArgumentException(
          values.size()
              + " counters, the first line promises "
              + header.count()
              + ": the document was cut");
    }
    if (lines.crc() != header.crc()) {
      throw new IllegalArgumentException(
          "the lines do not fit the crc32c in the first line: the document was changed");
    }
    return new Document(header, values);
  }

  private static CsvLine json(String line) {
    JsonLine json = new JsonLine(line);
    json.expect("{\"name\":");
    String name = json.string();
    json.expect(",\"value\":");
    long value = json.number();
    json.expect("}");
    json.end();
    return new CsvLine(name, value);
  }
}
