package io.sharedcounter.cluster;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The end of a log as a loss of power leaves it, or a full disk and a kill: of the last write some
 * sectors are there and some are still empty, or it is there up to any byte. Nobody was told of
 * what was not forced, so that is cut off; Ratis would take it for damage and refuse the member. An
 * entry that is wrong otherwise is damage, and so is one that more follows than can have been on
 * its way to the disk. Stateless, thread-safe.
 *
 * <pre>
 * a segment:  RaftLog1, entries, zeros
 * an entry:   varint length, so many bytes, int32 CRC-32C of both
 * </pre>
 */
final class TornTail {
  private static final Logger LOG = System.getLogger(TornTail.class.getName());
  private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
  private static final int SECTOR = 512;

  /** More than that is never written before it is forced. */
  private static final int MOST = 4 << 20;

  private TornTail() {}

  /** Cuts what was torn off the segment that was written last, in that directory of a log. */
  static void cut(Path log) throws IOException {
    if (!Files.isDirectory(log)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(log, "log_inprogress_*")) {
      for (Path file : files) {
        byte[] bytes = Files.readAllBytes(file);
        int end = end(bytes);
        if (end < bytes.length) {
          LOG.log(
              Level.INFO,
              "[cluster] {0}: the last write was torn by a loss of power or a full disk; what follows"
                  + " byte {1} was acknowledged to nobody and is cut off",
              file,
              end);
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(end);
            channel.force(true);
          }
        }
      }
    }
  }

  /** Returns where to cut a segment; its length, if there is nothing to cut or it is damaged. */
  static int end(byte[] bytes) {
    if (!Arrays.equals(HEADER, Arrays.copyOf(bytes, HEADER.length))) {
      return bytes.length;
    }
    int last = bytes.length;
    while (bytes[last - 1] == 0) {
      last--;
    }
    int position = HEADER.length;
    while (position < last) {
      int next = next(bytes, position);
      if (!isEntry(bytes, position, next)) {
        boolean isCut = last - position <= MOST && isTorn(bytes, position, next, last);
        return isCut ? position : bytes.length;
      }
      position = next;
    }
    return bytes.length;
  }

  /** Returns where the entry at that position says that it ends, at most a byte past the last. */
  private static int next(byte[] bytes, int position) {
    long length = 0;
    int at = position;
    for (int shift = 0; shift < 35 && at < bytes.length; shift += 7) {
      byte next = bytes[at++];
      length |= (next & 0x7FL) << shift;
      if (next >= 0) {
        break;
      }
    }
    return bytes[position] == 0 ? position : (int) Math.min(at + length + 4, bytes.length + 1L);
  }

  private static boolean isEntry(byte[] bytes, int position, int next) {
    if (next == position || next > bytes.length) {
      return false;
    }
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, position, next - 4 - position);
    return isChecksum(bytes, next - 4, next, checksum);
  }

  /** Returns whether what is there of a checksum, from its first byte on, is that one's. */
  private static boolean isChecksum(byte[] bytes, int from, int to, CRC32C checksum) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != (byte) (checksum.getValue() >>> (8 * (from + 3 - i)))) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether the file or the write ended, or a sector is empty, within what is no entry. */
  private static boolean isTorn(byte[] bytes, int position, int next, int last) {
    if (next > last && (isLonger(bytes, position, last) || hasEntry(bytes, position, last))) {
      return false; // It is its length that is wrong.
    }
    if (next > last && next <= bytes.length && isBegun(bytes, position, next, last)) {
      return true;
    }
    int from = position;
    do {
      int sectorEnd = Math.min((from / SECTOR + 1) * SECTOR, bytes.length);
      // What has no length is looked at up to the end of its sector.
      int to = next == position ? sectorEnd : Math.min(sectorEnd, next);
      if (isEmpty(bytes, from, to)) {
        return true;
      }
      from = to;
    } while (from < Math.min(next, bytes.length));
    return next > bytes.length;
  }

  /** Returns whether the checksum of an entry with this content is not there, or not all of it. */
  private static boolean isBegun(byte[] bytes, int position, int next, int last) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, position, next - 4 - position);
    return isChecksum(bytes, next - 4, last, checksum);
  }

  /** Returns whether it is a whole entry but for its length, which says more than there is. */
  private static boolean isLonger(byte[] bytes, int position, int last) {
    // Up to three bytes at the end of a checksum may be 0.
    for (int next = last; next < Math.min(last + 4, bytes.length + 1); next++) {
      byte[] length = length(next - 4 - position);
      int from = position + length.length;
      if (from < next - 4) {
        CRC32C checksum = new CRC32C();
        checksum.update(length);
        checksum.update(bytes, from, next - 4 - from);
        if (isChecksum(bytes, next - 4, next, checksum)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns how the length of a content is written where the two together have so many bytes. */
  private static byte[] length(int both) {
    int size = 1;
    while (both - size >= 1 << (7 * size)) {
      size++;
    }
    byte[] length = new byte[size];
    for (int i = 0; i < size; i++) {
      length[i] = (byte) (((both - size) >>> (7 * i)) | 0x80);
    }
    length[size - 1] &= 0x7F;
    return length;
  }

  private static boolean hasEntry(byte[] bytes, int position, int last) {
    for (int at = position + 1; at < last; at++) {
      if (isEntry(bytes, at, next(bytes, at))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEmpty(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
