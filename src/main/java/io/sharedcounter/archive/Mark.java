package io.sharedcounter.archive;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Remembers, beside the file of a namespace, a transaction that the file must hold since the disk
 * has it. A file that ends earlier was replaced by an older one or lost its end, and would hand out
 * the same numbers again. Written without force after the force of the file, so it is never ahead
 * of the file; 8 bytes sequence, 8 bytes CRC-32C of them, anything else counts as no mark. Confined
 * to the writer thread.
 */
final class Mark implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Mark.class.getName());
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(16);
  private final long sequence;
  private long written;

  private Mark(FileChannel channel, long sequence) {
    this.channel = channel;
    this.sequence = sequence;
    this.written = sequence;
  }

  static Path file(Path database) {
    return database.resolveSibling(database.getFileName() + "-mark");
  }

  static Mark open(Path database) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file(database),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    ByteBuffer read = ByteBuffer.allocate(16);
    int length = channel.read(read, 0);
    boolean isWhole = length == 16 && read.getLong(8) == crc(read);
    return new Mark(channel, isWhole ? read.getLong(0) : 0);
  }

  /** Returns what was remembered when this was opened; 0 for nothing. */
  long sequence() {
    return sequence;
  }

  void write(long newSequence) {
    if (newSequence <= written) {
      return;
    }
    buffer.clear().putLong(0, newSequence);
    buffer.putLong(8, crc(buffer));
    try {
      channel.write(buffer, 0);
      written = newSequence;
    } catch (IOException e) {
      // It only helps to find damage: the change itself is kept.
      LOG.log(Level.DEBUG, "mark not written", e);
    }
  }

  private static long crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().position(0).limit(8));
    return crc.getValue();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "mark not closed", e);
    }
  }
}
