package io.sharedcounter.archive;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One transaction as the archive keeps it. Immutable.
 *
 * @param sequence its number in the namespace
 * @param at milliseconds since 1970
 * @param counter the number of the counter
 * @param operation see {@link Operations}
 * @param argument what was added; for what does not add, the value after
 * @param before the value before, or null where the counter was absent
 * @param origin who did it
 * @param previous the counter's previous transaction, 0 for none
 */
record Row(
    long sequence,
    long at,
    long counter,
    int operation,
    long argument,
    @Nullable Long before,
    String origin,
    long previous) {

  /** Returns the value after, or null if the counter was then absent. */
  @Nullable Long after() {
    if (operation == Operations.REMOVE) {
      return null;
    }
    return adds() ? (before == null ? 0 : before) + argument : argument;
  }

  boolean adds() {
    return Operations.adds(operation);
  }

  /** Returns 16 bits that show damage of the stored row. */
  short check() {
    ByteBuffer all = ByteBuffer.allocate(8 * 8);
    all.putLong(sequence).putLong(at).putLong(counter).putLong(operation).putLong(argument);
    all.putLong(before == null ? 0x5ca1ab1e : before).putInt(before == null ? 1 : 0);
    all.putInt(origin.hashCode()).putLong(previous);
    CRC32C crc = new CRC32C();
    crc.update(all.flip());
    return (short) (crc.getValue() ^ (crc.getValue() >>> 16));
  }
}
