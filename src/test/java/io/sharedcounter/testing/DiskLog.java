package io.sharedcounter.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What processes did to the files below a directory, in order, as {@code disk.c} wrote it down, and
 * from when on a power loss cannot undo it any more: a change of a file, once a force of the file
 * that began after it has ended; a name, once a force of its directory has. What a force that
 * failed should have kept is never sure. Immutable.
 */
public final class DiskLog {
  /** The file of notes: what is written there is in one order with all other writes. */
  public static final String NOTES = "notes";

  /** Never. */
  public static final int NEVER = Integer.MAX_VALUE;

  private static final int HEAD = 1 + 4 + 8 + 4;

  /** Which of the forces count. */
  public enum Forces {
    ALL,
    NONE,
    /** Those of files, not those of directories. */
    OF_FILES
  }

  /** A file or directory, whatever its names. */
  public static final class Node {
    final boolean isDirectory;
    final List<Effect> effects = new ArrayList<>();
    private final List<Effect> pending = new ArrayList<>();

    Node(boolean isDirectory) {
      this.isDirectory = isDirectory;
    }
  }

  /** One change of a node: data at an offset, a length, or a name that is given or taken. */
  public static final class Effect {
    final int at;
    final long offset;
    final byte[] data;
    final Map<String, Node> names;
    int sureFrom = NEVER;

    /** Writes data, or where there is none, sets the length to the offset. */
    Effect(int at, long offset, byte[] data) {
      this(at, offset, data, Map.of());
    }

    /** Gives names in a directory, and takes those that were given to {@link #NOBODY}. */
    Effect(int at, Map<String, Node> names) {
      this(at, 0, new byte[0], names);
    }

    private Effect(int at, long offset, byte[] data, Map<String, Node> names) {
      this.at = at;
      this.offset = offset;
      this.data = data;
      this.names = names;
    }
  }

  /** What a name that was taken away leads to. */
  public static final Node NOBODY = new Node(false);

  /** What the program said, and when. */
  public record Note(int at, String line) {}

  public final Node root = new Node(true);
  public final List<Note> notes = new ArrayList<>();
  private final Forces forces;
  private final String prefix;
  private final Map<Path, Node> live = new HashMap<>();
  private final Map<Integer, Node> open = new HashMap<>();
  private final Map<Integer, Path> paths = new HashMap<>();
  private final Map<Integer, List<Effect>> forcing = new HashMap<>();
  private int length;

  private DiskLog(Path directory, Forces forces) {
    this.forces = forces;
    prefix = directory.toString();
    live.put(directory, root);
  }

  /** Reads the records of processes that ran one after the other on that directory. */
  public static DiskLog read(Path directory, Forces forces, List<Path> logs) throws IOException {
    DiskLog log = new DiskLog(directory, forces);
    for (Path file : logs) {
      ByteBuffer records = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
      while (records.remaining() >= HEAD) {
        char kind = (char) records.get();
        int fd = records.getInt();
        long offset = records.getLong();
        byte[] data = new byte[records.getInt()];
        records.get(data);
        log.take(kind, fd, offset, data);
        log.length++;
      }
      // The process is gone: what it was about to force is not.
      log.open.clear();
      log.forcing.clear();
    }
    return log;
  }

  /** Returns the directory that had this name below the root in the end. */
  Node below(String name) {
    Node node = live.get(Path.of(prefix, name));
    if (node == null) {
      throw new AssertionError(name + " is not known");
    }
    return node;
  }

  /** Returns the calls that wrote to files below the directory of that name. */
  public List<Integer> writes(String name) {
    Path directory = Path.of(prefix, name);
    return live.entrySet().stream()
        .filter(file -> file.getKey().startsWith(directory) && !file.getValue().isDirectory)
        .flatMap(file -> file.getValue().effects.stream())
        .filter(effect -> effect.data.length > 0)
        .map(effect -> effect.at)
        .toList();
  }

  /** Returns how many calls there were. */
  public int length() {
    return length;
  }

  private void take(char kind, int fd, long offset, byte[] data) {
    switch (kind) {
      case 'o' -> open(fd, offset, path(data));
      case 'c' -> {
        open.remove(fd);
        forcing.remove(fd);
      }
      case 'w' -> write(fd, offset, data);
      case 't' -> add(node(fd), new Effect(length, offset, new byte[0]));
      case 's' -> forcing.put(fd, List.copyOf(node(fd).pending));
      case 'd' -> forced(fd);
      case 'e' -> node(fd).pending.clear();
      case 'u' -> name(path(data), NOBODY);
      case 'r' -> rename(new String(data, StandardCharsets.UTF_8));
      case 'm' -> name(path(data), new Node(true));
      default -> throw new AssertionError("unknown kind " + kind);
    }
  }

  private Path path(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    if (!text.startsWith(prefix)) {
      throw new AssertionError(text);
    }
    return Path.of(text).normalize();
  }

  private Node node(int fd) {
    Node node = open.get(fd);
    if (node == null) {
      throw new AssertionError("file " + fd + " is not open, at call " + length);
    }
    return node;
  }

  private void open(int fd, long flags, Path path) {
    if ((flags & 1) != 0) {
      name(path, new Node(false));
    }
    Node node = live.get(path);
    if (node == null) {
      throw new AssertionError(path + " is not known");
    }
    open.put(fd, node);
    paths.put(fd, path);
    if ((flags & 2) != 0) {
      add(node, new Effect(length, 0, new byte[0]));
    }
  }

  private void write(int fd, long offset, byte[] data) {
    if (paths.get(fd).endsWith(NOTES)) {
      for (String line : new String(data, StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isEmpty()) {
          notes.add(new Note(length, line));
        }
      }
    } else {
      add(node(fd), new Effect(length, offset, data));
    }
  }

  private void rename(String both) {
    int end = both.indexOf('\0');
    Path from = Path.of(both.substring(0, end)).normalize();
    Path to = Path.of(both.substring(end + 1)).normalize();
    if (!from.getParent().equals(to.getParent())) {
      throw new AssertionError("not foreseen: " + from + " to " + to);
    }
    Node moved = live.remove(from);
    live.put(to, moved);
    Map<String, Node> names = new TreeMap<>();
    names.put(from.getFileName().toString(), NOBODY);
    names.put(to.getFileName().toString(), moved);
    add(live.get(from.getParent()), new Effect(length, names));
  }

  private void name(Path path, Node node) {
    if (node == NOBODY) {
      live.remove(path);
    } else {
      live.put(path, node);
    }
    add(
        live.get(path.getParent()),
        new Effect(length, Map.of(path.getFileName().toString(), node)));
  }

  private static void add(Node node, Effect effect) {
    node.effects.add(effect);
    node.pending.add(effect);
  }

  private void forced(int fd) {
    List<Effect> effects = forcing.remove(fd);
    Node node = node(fd);
    boolean counts = forces == Forces.ALL || (forces == Forces.OF_FILES && !node.isDirectory);
    if (effects == null || !counts) {
      return;
    }
    for (Effect effect : effects) {
      if (node.pending.contains(effect)) {
        effect.sureFrom = length;
      }
    }
    node.pending.removeAll(effects);
  }
}
