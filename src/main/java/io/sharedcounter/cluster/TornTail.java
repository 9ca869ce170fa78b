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
 * The end of a log as a loss of power leaves it: some sectors of the last write are there and some
 * are still empty. Nobody was told of what was not forced, so that is cut off; Ratis would take it
 * for damage and refuse the member. An entry that is wrong and has no empty sector is damage, and
 * so is one that more follows than can have been on its way to the disk. Stateless, thread-safe.
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
              "[cluster] {0}: the last write was torn by a loss of power; what follows byte {1} was"
                  + " acknowledged to nobody and is cut off",
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
    return length == 0 ? position : (int) Math.min(at + length + 4, bytes.length + 1L);
  }

  private static boolean isEntry(byte[] bytes, int position, int next) {
    if (next == position || next > bytes.length) {
      return false;
    }
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, position, next - 4 - position);
    int written = 0;
    for (int i = next - 4; i < next; i++) {
      written = written << 8 | (bytes[i] & 0xFF);
    }
    return written == (int) checksum.getValue();
  }

  /** Returns whether the file ends, or a sector is empty, within what is no entry. */
  private static boolean isTorn(byte[] bytes, int position, int next, int last) {
    if (next > last && hasEntry(bytes, position, last)) {
      return false; // It is its length that is wrong.
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
