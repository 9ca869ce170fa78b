package io.sharedcounter.document;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The lines of a document, one at a time, and the checksum of those that were read. Holds no more
 * than one line, whatever it is given. Confined to one thread.
 */
final class Lines {
  /** No line that could be right is longer: a name of 255 bytes, each escaped by six. */
  private static final int MOST_BYTES = 2_048;

  private final InputStream in;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(MOST_BYTES);
  private final CRC32C crc = new CRC32C();
  private long number;

  Lines(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /** Returns the number of the line that was read last, from 1 on. */
  long number() {
    return number;
  }

  /** Returns the CRC-32C of all lines after the first that were read. */
  int crc() {
    return (int) crc.getValue();
  }

  /**
   * Returns the next line without its line feed, or empty at the end.
   *
   * @throws IllegalArgumentException if it does not end, is too long, or is not UTF-8
   * @throws IOException if the stream does
   */
  Optional<String> next() throws IOException {
    line.reset();
    int read = in.read();
    if (read < 0) {
      return Optional.empty();
    }
    number++;
    for (; read != '\n'; read = in.read()) {
      if (read < 0) {
        throw new IllegalArgumentException("the line has no end; the document was cut");
      }
      if (line.size() == MOST_BYTES) {
        throw new IllegalArgumentException("the line is longer than 2048 bytes");
      }
      line.write(read);
    }
    byte[] bytes = line.toByteArray();
    if (number > 1) {
      crc.update(bytes);
      crc.update('\n');
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the line is not UTF-8", e);
    }
  }
}
