package io.sharedcounter.testing;

import io.sharedcounter.testing.DiskLog.Effect;
import io.sharedcounter.testing.DiskLog.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a disk may hold after the power was lost: everything that is sure, and of the rest, sector
 * by sector, what luck has kept. Names that are not sure were kept up to some point in the order in
 * which they were given. Confined to one call.
 */
public final class DiskImage {
  private final int at;
  private final Random random;
  private final int sector;
  private final double luck;

  private DiskImage(int at, Random random, double luck) {
    this.at = at;
    this.random = random;
    this.luck = luck;
    sector = random.nextBoolean() ? 512 : 4_096;
  }

  private static DiskImage of(int at, Random random) {
    double luck = new double[] {0, 0.1, 0.5, 0.9, 1}[random.nextInt(5)];
    return new DiskImage(at, random, luck);
  }

  /** Writes, into an empty directory, what is left if the power is lost after so many calls. */
  public static void write(DiskLog log, int at, Random random, Path target) throws IOException {
    of(at, random).directory(log.root, target);
  }

  /** The same of one directory below the root alone. */
  public static void write(DiskLog log, String name, int at, Random random, Path target)
      throws IOException {
    of(at, random).directory(log.below(name), target);
  }

  /** Writes that directory as a process finds it that was killed there: everything is kept. */
  public static void writeAll(DiskLog log, String name, int at, Path target) throws IOException {
    new DiskImage(at, new Random(0), 1).directory(log.below(name), target);
  }

  private void directory(Node node, Path target) throws IOException {
    List<Effect> done = node.effects.stream().filter(effect -> effect.at < at).toList();
    long sure = done.stream().filter(effect -> effect.sureFrom < at).count();
    double kept = luck == 0.5 ? random.nextDouble() : luck;
    long end = sure + Math.round(kept * (done.size() - sure));
    Map<String, Node> names = new HashMap<>();
    for (Effect effect : done.subList(0, (int) end)) {
      names.putAll(effect.names);
    }
    for (Map.Entry<String, Node> name : names.entrySet()) {
      Path path = target.resolve(name.getKey());
      if (name.getValue() == DiskLog.NOBODY || name.getKey().equals(DiskLog.NOTES)) {
        continue;
      }
      if (name.getValue().isDirectory) {
        directory(name.getValue(), Files.createDirectory(path));
      } else {
        Files.write(path, file(name.getValue()));
      }
    }
  }

  private byte[] file(Node node) {
    byte[] bytes = new byte[capacity(node)];
    int length = 0;
    for (Effect effect : node.effects) {
      if (effect.at >= at) {
        break;
      }
      boolean isSure = effect.sureFrom < at;
      int start = Math.toIntExact(effect.offset);
      if (effect.data.length == 0 && (isSure || isKept())) {
        length = start;
        Arrays.fill(bytes, length, bytes.length, (byte) 0);
      }
      int end = start + effect.data.length;
      int from = start;
      while (from < end) {
        int to = isSure ? end : Math.min(end, (from / sector + 1) * sector);
        boolean keepsData = isSure || isKept();
        // The length may have been kept without the data.
        if (keepsData || isKept()) {
          length = Math.max(length, to);
        }
        if (keepsData) {
          System.arraycopy(effect.data, from - start, bytes, from, to - from);
        }
        from = to;
      }
    }
    return Arrays.copyOf(bytes, length);
  }

  private static int capacity(Node node) {
    return node.effects.stream()
        .mapToInt(effect -> Math.toIntExact(effect.offset) + effect.data.length)
        .max()
        .orElse(0);
  }

  private boolean isKept() {
    return random.nextDouble() < luck;
  }
}
