package io.sharedcounter.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Some counters of a view, as they travel to a client. Immutable.
 *
 * <pre>
 * byte    version, 1
 * int64   view, or -1 if this is all of it
 * int32   how many counters the namespace has
 * int32   number of counters here, sorted, each: utf name, int64 value
 * </pre>
 *
 * @param view the view to ask for the next page, or {@link Question#NEW} if there is none
 * @param count how many counters the namespace has
 * @param counters this page
 */
record Page(long view, int count, SortedMap<String, Long> counters) {
  /** A page is at most this many counters: with the longest names less than a message may be. */
  static final int MAX = 4_000;

  private static final byte VERSION = 1;

  Page {
    counters = Collections.unmodifiableSortedMap(new TreeMap<>(counters));
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 32 * counters.size());
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(view);
      out.writeInt(count);
      out.writeInt(counters.size());
      for (var counter : counters.entrySet()) {
        out.writeUTF(counter.getKey());
        out.writeLong(counter.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a page.
   *
   * @throws UnknownFormatException if it is not known
   */
  static Page decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new UnknownFormatException("page of version " + version);
      }
      long view = in.readLong();
      int count = in.readInt();
      SortedMap<String, Long> counters = new TreeMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        counters.put(in.readUTF(), in.readLong());
      }
      return new Page(view, count, counters);
    } catch (IOException e) {
      throw new UnknownFormatException("page that ends too early (" + e + ")");
    }
  }
}
