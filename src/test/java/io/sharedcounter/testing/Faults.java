package io.sharedcounter.testing;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Lets calls of this process to its disk fail, through {@code disk.c}, with which it shares these
 * numbers. Confined to one thread.
 */
public final class Faults {
  private static final int ARMED = 0;
  private static final int ERROR = 4;
  private static final int HOW = 8;
  private static final int LASTING = 12;
  private static final int CALLS = 16;
  private static final int FAILED = 20;
  private static final int LAST = 24;
  private static final int ONLY = 28;
  private static final int BYTES = 32;

  /** How a call fails. */
  public enum Fault {
    /** It does nothing and says so. */
    REFUSED(5, 0, false),
    /** It does what it should and says that it failed. */
    DONE_BUT_SAID_FAILED(5, 1, false),
    /** The disk is full from this call on. */
    FULL(28, 0, true),
    /** The disk is full after half of this write. */
    FULL_AFTER_HALF(28, 2, true),
    /** Half is written, as the call says. */
    HALF(28, 2, false),
    /** This and every later call fails. */
    BROKEN(5, 0, true),
    /** The process is killed before it. */
    KILLED(0, 3, false);

    private final int error;
    private final int how;
    private final boolean isLasting;

    Fault(int error, int how, boolean isLasting) {
      this.error = error;
      this.how = how;
      this.isLasting = isLasting;
    }
  }

  private final MappedByteBuffer control;

  private Faults(MappedByteBuffer control) {
    this.control = control;
  }

  /** Creates the file that both sides share. */
  public static Path create(Path file) throws IOException {
    return Files.write(file, new byte[BYTES]);
  }

  public static Faults open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
      map.order(ByteOrder.nativeOrder());
      return new Faults(map);
    }
  }

  /** Lets the given one of the calls to come fail, counted from 1. */
  public void arm(int call, Fault fault) {
    arm(call, fault, (char) 0);
  }

  /** Lets the given one of the calls of that kind fail, counted from 1. */
  public void arm(int call, Fault fault, char kind) {
    control.putInt(ONLY, kind);
    control.putInt(ERROR, fault.error);
    control.putInt(HOW, fault.how);
    control.putInt(LASTING, fault.isLasting ? 1 : 0);
    control.putInt(FAILED, 0);
    control.putInt(ARMED, call);
  }

  public void disarm() {
    control.putInt(ARMED, 0);
  }

  /** Returns how many calls have failed since it was armed. */
  public int failed() {
    return control.getInt(FAILED);
  }

  public int calls() {
    return control.getInt(CALLS);
  }

  /** Returns the kind of the last that failed, a letter of {@code disk.c}. */
  public char last() {
    return (char) control.getInt(LAST);
  }
}
