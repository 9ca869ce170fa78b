package io.sharedcounter.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of one entry of the log. Immutable.
 *
 * <pre>
 * byte    version, 1
 * byte    status: 1 applied, 2 registered, 3 no such session, 4 out of turn
 * int64   the log index at which the batch was first applied; of a registration: the session
 * uint16  number of answers, each as {@link Answer} draws it
 * </pre>
 *
 * @param status what became of the batch
 * @param index the log index
 * @param answers one for each request of an applied batch, in order
 */
record BatchReply(Status status, long index, List<Answer> answers) {
  private static final byte VERSION = 1;

  /** What became of a batch. Immutable. */
  enum Status {
    APPLIED,
    REGISTERED,
    /** The session was never opened, or evicted. Whether the batch was applied is not known. */
    NO_SESSION,
    /** The number is neither the last nor the next; nothing was applied now. */
    OUT_OF_TURN
  }

  BatchReply {
    answers = List.copyOf(answers);
  }

  static BatchReply bare(Status status, long index) {
    return new BatchReply(status, index, List.of());
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 + 20 * answers.size());
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeByte(number(status));
      out.writeLong(index);
      out.writeShort(answers.size());
      for (Answer answer : answers) {
        answer.write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a reply.
   *
   * @throws UnknownFormatException if anything in it is not known
   */
  static BatchReply decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new UnknownFormatException("reply of version " + version);
      }
      Status status = status(in.readByte());
      long index = in.readLong();
      int size = in.readUnsignedShort();
      List<Answer> answers = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        answers.add(Answer.read(in));
      }
      return new BatchReply(status, index, answers);
    } catch (IOException e) {
      throw new UnknownFormatException("reply that ends too early or is no text (" + e + ")");
    }
  }

  private static int number(Status status) {
    return switch (status) {
      case APPLIED -> 1;
      case REGISTERED -> 2;
      case NO_SESSION -> 3;
      case OUT_OF_TURN -> 4;
    };
  }

  private static Status status(byte number) {
    for (Status status : Status.values()) {
      if (number(status) == number) {
        return status;
      }
    }
    throw new UnknownFormatException("status " + number);
  }
}
