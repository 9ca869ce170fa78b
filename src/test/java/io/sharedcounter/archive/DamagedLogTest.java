package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.testing.InMemory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages what a killed process leaves beside the file: the write-ahead log, its index and the
 * mark. The namespace opens exact, or is refused and its files left as they are.
 */
@Tag("proof")
class DamagedLogTest {
  private static final boolean LONG = "long".equals(System.getProperty("sharedcounter.proof"));
  private static final String FILE = "tickets.sqlite";
  private static final String LOG = FILE + "-wal";
  private static final String INDEX = FILE + "-shm";
  private static final int FRAME = 24 + 4_096;

  @TempDir(factory = InMemory.class)
  Path killed;

  @TempDir(factory = InMemory.class)
  Path data;

  private final Map<String, byte[]> left = new TreeMap<>();
  private Map<String, Long> values;

  @BeforeEach
  void writeAndLeave() throws Exception {
    try (Archived open = Archived.open(killed, Archived.Kind.POWER_LOSS)) {
      for (int i = 0; i < 60; i++) {
        open.registry().set("counter " + i % 40, i * 1_000_003L);
      }
      values = open.registry().getAllCounters();
      for (String name : new String[] {FILE, LOG, INDEX, FILE + "-mark"}) {
        left.put(name, Files.readAllBytes(killed.resolve(name)));
      }
    }
    assertTrue(left.get(LOG).length > 60 * FRAME);
    assertTrue(opensExact(left));
  }

  /** Returns false if it is refused. */
  private boolean opensExact(Map<String, byte[]> files) throws Exception {
    try (DirectoryStream<Path> earlier = Files.newDirectoryStream(data, FILE + "*")) {
      for (Path file : earlier) {
        Files.delete(file);
      }
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(data.resolve(file.getKey()), file.getValue());
    }
    try (Archived open = Archived.open(data, Archived.Kind.POWER_LOSS)) {
      assertEquals(values, open.registry().getAllCounters());
      return true;
    } catch (DamagedFileException e) {
      assertTrue(e.getMessage().contains(FILE), e.getMessage());
      for (String name : new String[] {FILE, LOG}) {
        if (files.get(name).length > 0) {
          assertTrue(Files.exists(data.resolve(name)), name + " is gone");
          assertArrayEquals(files.get(name), Files.readAllBytes(data.resolve(name)), name);
        }
      }
      return false;
    }
  }

  private boolean opensExact(String name, byte[] damaged) throws Exception {
    Map<String, byte[]> files = new TreeMap<>(left);
    files.put(name, damaged);
    return opensExact(files);
  }

  @Test
  void aFlippedBitOfTheLogIsFoundOrHarmless() throws Exception {
    byte[] log = left.get(LOG);
    Random random = new Random(13);
    int refused = 0;
    for (int start = 0; start < log.length; start += LONG ? FRAME / 8 : 7 * FRAME) {
      byte[] damaged = log.clone();
      int at = Math.min(log.length - 1, start + random.nextInt(FRAME / 8));
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      refused += opensExact(LOG, damaged) ? 0 : 1;
    }
    assertTrue(refused > 5, "only " + refused);
  }

  @Test
  void aCutLogIsRefused() throws Exception {
    byte[] log = left.get(LOG);
    for (int length = 0; length < log.length; length += LONG ? FRAME / 2 : 10 * FRAME) {
      assertFalse(opensExact(LOG, Arrays.copyOf(log, length)), "cut at " + length);
    }
  }

  @Test
  void aLogThatIsGoneIsRefused() throws Exception {
    Map<String, byte[]> files = new TreeMap<>(left);
    files.remove(LOG);
    files.put(LOG, new byte[0]);
    assertFalse(opensExact(files));
  }

  @Test
  void whateverIsInTheIndexOfTheLogIsMadeAnew() throws Exception {
    Random random = new Random(17);
    for (int i = 0; i < (LONG ? 200 : 5); i++) {
      byte[] damaged = left.get(INDEX).clone();
      for (int n = 0; n < 50; n++) {
        damaged[random.nextInt(i % 2 == 0 ? 200 : damaged.length)] = (byte) random.nextInt();
      }
      assertTrue(opensExact(INDEX, damaged));
    }
    assertTrue(opensExact(INDEX, new byte[0]));
  }

  @Test
  void aDamagedMarkIsNoMark() throws Exception {
    byte[] damaged = left.get(FILE + "-mark").clone();
    damaged[6] ^= 1;
    assertTrue(opensExact(FILE + "-mark", damaged));
  }

  /** The file is damaged, and the log has more to bring into it. */
  @Test
  void aDamagedFileIsLeftAsItIsThoughThereIsALogToApply() throws Exception {
    byte[] file = left.get(FILE);
    Random random = new Random(19);
    for (int i = 0; i < (LONG ? 2_000 : 40); i++) {
      byte[] damaged = file.clone();
      damaged[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
      opensExact(FILE, damaged);
    }
    byte[] damaged = file.clone();
    damaged[0] ^= 1;
    assertFalse(opensExact(FILE, damaged));
  }
}
