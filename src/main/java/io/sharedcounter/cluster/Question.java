package io.sharedcounter.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a client without a replica asks a member: counters of one namespace, of one instant.
 * Immutable.
 *
 * <pre>
 * byte    version, 1
 * utf     namespace
 * int64   view to go on with, or -1 for a new one
 * utf     start, byte inclusive: 1 or 0
 * int32   limit: how many counters the view is to have at most
 * </pre>
 *
 * @param namespace the namespace
 * @param view the view whose next page is wanted, or {@link #NEW}
 * @param start the name to start at; of a page: behind the last one seen
 * @param inclusive whether the counter named {@code start} belongs to it
 * @param limit how many counters at most
 */
record Question(String namespace, long view, String start, boolean inclusive, int limit) {
  static final long NEW = -1;
  private static final byte VERSION = 1;

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeUTF(namespace);
      out.writeLong(view);
      out.writeUTF(start);
      out.writeBoolean(inclusive);
      out.writeInt(limit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a question.
   *
   * @throws UnknownFormatException if it is not known
   */
  static Question decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new UnknownFormatException("question of version " + version);
      }
      return new Question(
          in.readUTF(), in.readLong(), in.readUTF(), in.readBoolean(), in.readInt());
    } catch (IOException e) {
      throw new UnknownFormatException("question that ends too early (" + e + ")");
    }
  }
}
