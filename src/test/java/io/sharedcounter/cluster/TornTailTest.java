package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Segments of a log whose last write was torn, and ones that are damaged. */
class TornTailTest {
  private static final int SECTOR = 512;

  /** A segment with room behind its entries, and where each of these ends. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Segment(byte[] bytes, List<Integer> ends) {
    static Segment of(Random random, int count) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes("RaftLog1".getBytes(StandardCharsets.US_ASCII));
      List<Integer> ends = new ArrayList<>(List.of(out.size()));
      for (int i = 0; i < count; i++) {
        byte[] content = new byte[20 + random.nextInt(1_500)];
        random.nextBytes(content);
        ByteBuffer entry = ByteBuffer.allocate(content.length + 6);
        if (content.length > 127) {
          entry.put((byte) ((content.length & 0x7F) | 0x80)).put((byte) (content.length >> 7));
        } else {
          entry.put((byte) content.length);
        }
        entry.put(content);
        CRC32C checksum = new CRC32C();
        checksum.update(entry.array(), 0, entry.position());
        entry.putInt((int) checksum.getValue());
        out.write(entry.array(), 0, entry.position());
        ends.add(out.size());
      }
      return new Segment(Arrays.copyOf(out.toByteArray(), out.size() + 10_000), ends);
    }
  }

  @Test
  void whatIsWholeIsLeftAlone() {
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      byte[] bytes = Segment.of(random, i).bytes();
      assertEquals(bytes.length, TornTail.end(bytes));
    }
    for (int length : new int[] {0, 5, 8, 600}) {
      assertEquals(length, TornTail.end(new byte[length]));
    }
  }

  @Test
  void ofTheLastWriteWhateverSectorsAreThereTheWholeEntriesBeforeTheFirstGapAreKept() {
    Random random = new Random(5);
    int cut = 0;
    for (int i = 0; i < 5_000; i++) {
      Segment segment = Segment.of(random, 12);
      byte[] bytes = segment.bytes().clone();
      int sure = segment.ends().get(6);
      int size = random.nextBoolean() ? SECTOR : 8 * SECTOR;
      for (int from = sure; from < bytes.length; ) {
        int to = Math.min(bytes.length, (from / size + 1) * size);
        if (random.nextInt(3) == 0) {
          Arrays.fill(bytes, from, to, (byte) 0);
        }
        from = to;
      }
      int whole = segment.bytes().length;
      int gap = Arrays.mismatch(segment.bytes(), bytes);
      int kept =
          segment.ends().stream()
              .filter(end -> gap < 0 || end <= gap)
              .mapToInt(e -> e)
              .max()
              .orElseThrow();
      int rest = bytes.length;
      while (rest > kept && bytes[rest - 1] == 0) {
        rest--;
      }
      assertEquals(gap < 0 || rest == kept ? whole : kept, TornTail.end(bytes), "segment " + i);
      cut += TornTail.end(bytes) < whole ? 1 : 0;
    }
    assertTrue(cut > 1_000, "only " + cut);
  }

  @Test
  void ofAWriteThatEndedAtAnyByteTheWholeEntriesAreKept() {
    Random random = new Random(11);
    for (int i = 0; i < 30; i++) {
      Segment segment = Segment.of(random, 4);
      int written = segment.ends().get(4);
      for (int gap = segment.ends().get(2); gap < written; gap++) {
        byte[] bytes = segment.bytes().clone();
        Arrays.fill(bytes, gap, written, (byte) 0);
        int kept = segment.ends().get(gap < segment.ends().get(3) ? 2 : 3);
        boolean isNothingTorn = gap == kept || Arrays.equals(bytes, segment.bytes());
        String where = "segment " + i + ", byte " + gap;
        assertEquals(isNothingTorn ? bytes.length : kept, TornTail.end(bytes), where);
        // The same where the file ends there.
        assertEquals(kept, TornTail.end(Arrays.copyOf(segment.bytes(), gap)), where);
      }
    }
  }

  @Test
  void aChangedByteIsNoTornWrite() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      Segment segment = Segment.of(random, 12);
      byte[] bytes = segment.bytes();
      int end = segment.ends().get(12);
      boolean isLastLength = i % 2 == 0;
      int from = isLastLength ? segment.ends().get(11) : 8;
      int at = from + random.nextInt(isLastLength ? 2 : end - from);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      // What has no end to its checksum is like a write that ended there.
      if (at < end - 4 || bytes[end - 1] != 0) {
        assertEquals(bytes.length, TornTail.end(bytes), "segment " + i + ", byte " + at);
      }
    }
  }

  @Test
  void aTornPlaceThatMuchFollowsIsDamage() {
    Segment segment = Segment.of(new Random(9), 8_000);
    byte[] bytes = segment.bytes();
    int first = SECTOR * (segment.ends().get(4) / SECTOR + 1);
    Arrays.fill(bytes, first, first + SECTOR, (byte) 0);
    assertEquals(bytes.length, TornTail.end(bytes));
  }
}
