package io.sharedcounter.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One entry of the log: the requests that one session sends under one number. Immutable.
 *
 * <pre>
 * byte    version, 1
 * byte    kind: 1 register a session (nothing follows), 2 batch
 * int64   session, the log index of its registration
 * int64   number within the session, from 1, without gaps
 * int64   at, milliseconds since 1970 by the sender's clock: the beginning of leases
 * uint8   number of namespaces less one, each: utf name, int32 max-counters
 * uint16  number of requests, each:
 *           byte code, uint8 namespace, utf name, int64 argument, int64 expected,
 *           utf token, utf origin, utf holder;
 *           of an import also int32 number of values, sorted, each: utf name, int64 value
 * </pre>
 *
 * Numbers are big-endian; utf is {@link java.io.DataOutput#writeUTF}. Bytes that are left over, and
 * anything not listed, are refused.
 *
 * @param session the session, or {@link #REGISTER}
 * @param number the number of the batch
 * @param at the sender's time
 * @param requests at most {@link #MAX_REQUESTS}
 */
record Batch(long session, long number, long at, List<Request> requests) {
  static final int MAX_REQUESTS = 256;

  /** In place of a session: asks for one. Log indexes of registrations are above it. */
  static final long REGISTER = -1;

  private static final byte VERSION = 1;
  private static final byte KIND_REGISTER = 1;
  private static final byte KIND_BATCH = 2;

  Batch {
    requests = List.copyOf(requests);
  }

  static Batch register() {
    return new Batch(REGISTER, 0, 0, List.of());
  }

  boolean isRegistration() {
    return session == REGISTER;
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 64 * requests.size());
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      if (isRegistration()) {
        out.writeByte(KIND_REGISTER);
      } else {
        out.writeByte(KIND_BATCH);
        write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void write(DataOutputStream out) throws IOException {
    out.writeLong(session);
    out.writeLong(number);
    out.writeLong(at);
    Map<Home, Integer> homes = new LinkedHashMap<>();
    for (Request request : requests) {
      homes.putIfAbsent(new Home(request.namespace(), request.maxCounters()), homes.size());
    }
    out.writeByte(homes.size() - 1);
    for (Home home : homes.keySet()) {
      out.writeUTF(home.namespace());
      out.writeInt(home.maxCounters());
    }
    out.writeShort(requests.size());
    for (Request request : requests) {
      out.writeByte(request.code().number());
      out.writeByte(homes.getOrDefault(new Home(request.namespace(), request.maxCounters()), 0));
      out.writeUTF(request.name());
      out.writeLong(request.argument());
      out.writeLong(request.expected());
      out.writeUTF(request.token());
      out.writeUTF(request.origin());
      out.writeUTF(request.holder());
      if (request.code() == Code.IMPORT) {
        out.writeInt(request.values().size());
        for (Map.Entry<String, Long> value : request.values().entrySet()) {
          out.writeUTF(value.getKey());
          out.writeLong(value.getValue());
        }
      }
    }
  }

  /**
   * Reads an entry.
   *
   * @throws UnknownFormatException if anything in it is not known
   */
  static Batch decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new UnknownFormatException("entry of version " + version);
      }
      byte kind = in.readByte();
      Batch batch =
          switch (kind) {
            case KIND_REGISTER -> register();
            case KIND_BATCH -> read(in);
            default -> throw new UnknownFormatException("entry of kind " + kind);
          };
      if (in.read() >= 0) {
        throw new UnknownFormatException("entry with more than its requests");
      }
      return batch;
    } catch (IOException e) {
      throw new UnknownFormatException("entry that ends too early or is no text (" + e + ")");
    }
  }

  private static Batch read(DataInputStream in) throws IOException {
    long session = in.readLong();
    long number = in.readLong();
    long at = in.readLong();
    Home[] homes = new Home[in.readUnsignedByte() + 1];
    for (int i = 0; i < homes.length; i++) {
      homes[i] = new Home(in.readUTF(), in.readInt());
    }
    int size = in.readUnsignedShort();
    if (session < 0 || number < 1 || size < 1 || size > MAX_REQUESTS) {
      throw new UnknownFormatException(
          "batch " + number + " of session " + session + " with " + size + " requests");
    }
    List<Request> requests = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      Code code = Code.of(in.readByte());
      int home = in.readUnsignedByte();
      if (home >= homes.length) {
        throw new UnknownFormatException("namespace " + home + " of " + homes.length);
      }
      Request request =
          new Request(
              code,
              homes[home].namespace(),
              homes[home].maxCounters(),
              in.readUTF(),
              in.readLong(),
              in.readLong(),
              in.readUTF(),
              in.readUTF(),
              in.readUTF(),
              code == Code.IMPORT ? values(in) : Collections.emptySortedMap());
      if (code == Code.IMPORT) {
        // Before anything of the batch is applied.
        var unused = ImportCode.mode(request.argument());
      }
      requests.add(request);
    }
    return new Batch(session, number, at, requests);
  }

  private static SortedMap<String, Long> values(DataInputStream in) throws IOException {
    SortedMap<String, Long> values = new TreeMap<>();
    int size = in.readInt();
    if (size < 0) {
      throw new UnknownFormatException("import of " + size + " values");
    }
    for (int left = size; left > 0; left--) {
      String name = in.readUTF();
      if (!values.isEmpty() && values.lastKey().compareTo(name) >= 0) {
        throw new UnknownFormatException("import whose values are not sorted");
      }
      values.put(name, in.readLong());
    }
    return values;
  }

  private record Home(String namespace, int maxCounters) {}
}
