package io.sharedcounter.cluster;

import io.sharedcounter.cluster.NamespaceState.Lease;
import io.sharedcounter.cluster.ReplicatedState.Session;
import io.sharedcounter.core.CounterState;
import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Holder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A copy of a {@link ReplicatedState} at one log index, and its file format.
 *
 * <pre>
 * int32   magic, 0x53435253 ("SCRS")
 * byte    version, 1
 * int64   log index
 * int32   number of sessions, least recently used first, each:
 *           int64 session, int64 number, int32 length of the reply, the reply
 * int32   number of namespaces, sorted, each:
 *           utf name
 *           int32 number of counters, sorted, each: utf name, int64 value
 *           int32 number of locks, sorted, each: utf counter, utf token, utf holder,
 *             int64 end of lease (ms since 1970), int64 log index of the lease, int64 lease in ms
 * int32   CRC-32C of everything before
 * </pre>
 *
 * Taking the copy is quick, so that it holds up no one for long; writing it needs no lock.
 * Immutable.
 */
final class Snapshot {
  private static final int MAGIC = 0x53435253;
  private static final byte VERSION = 1;

  private final long index;
  private final Map<Long, Session> sessions;
  private final List<Column> namespaces;

  /** The counters of one namespace. Immutable. */
  private static final class Column {
    final String namespace;
    final String[] names;
    final long[] values;
    final List<Lock> locks = new ArrayList<>();

    Column(String namespace, int size) {
      this.namespace = namespace;
      this.names = new String[size];
      this.values = new long[size];
    }
  }

  private record Lock(String counter, String token, String holder, Instant until, Lease lease) {}

  /** Copies the state as it is after the entry at that index. */
  Snapshot(long index, ReplicatedState state) {
    this.index = index;
    this.sessions = new LinkedHashMap<>(state.sessions());
    this.namespaces = new ArrayList<>();
    state.namespaces().forEach((name, content) -> namespaces.add(copy(name, content)));
  }

  private static Column copy(String namespace, NamespaceState state) {
    Column copy = new Column(namespace, state.counters().size());
    int i = 0;
    for (Map.Entry<String, CounterState> counter : state.counters().entrySet()) {
      copy.names[i] = counter.getKey();
      copy.values[i++] = counter.getValue().value();
    }
    state
        .leases()
        .forEach(
            (name, lease) -> {
              CounterState counter = state.counters().get(name);
              if (counter != null && counter.lock().isPresent()) {
                HeldLock lock = counter.lock().get();
                copy.locks.add(new Lock(name, lock.token(), lock.holder(), lock.until(), lease));
              }
            });
    return copy;
  }

  long index() {
    return index;
  }

  /** Writes the copy; the caller forces and closes the stream. */
  void write(OutputStream file) throws IOException {
    CheckedOutputStream checked = new CheckedOutputStream(file, new CRC32C());
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(checked, 1 << 16));
    out.writeInt(MAGIC);
    out.writeByte(VERSION);
    out.writeLong(index);
    out.writeInt(sessions.size());
    for (Map.Entry<Long, Session> session : sessions.entrySet()) {
      out.writeLong(session.getKey());
      out.writeLong(session.getValue().number());
      byte[] reply = session.getValue().reply().encode();
      out.writeInt(reply.length);
      out.write(reply);
    }
    out.writeInt(namespaces.size());
    for (Column names : namespaces) {
      write(names, out);
    }
    out.flush();
    out.writeInt((int) checked.getChecksum().getValue());
    out.flush();
  }

  private static void write(Column names, DataOutputStream out) throws IOException {
    out.writeUTF(names.namespace);
    out.writeInt(names.names.length);
    for (int i = 0; i < names.names.length; i++) {
      out.writeUTF(names.names[i]);
      out.writeLong(names.values[i]);
    }
    out.writeInt(names.locks.size());
    for (Lock lock : names.locks) {
      out.writeUTF(lock.counter());
      out.writeUTF(lock.token());
      out.writeUTF(lock.holder());
      out.writeLong(lock.until().toEpochMilli());
      out.writeLong(lock.lease().index());
      out.writeLong(lock.lease().millis());
    }
  }

  /**
   * Reads a snapshot into an empty state and returns its log index.
   *
   * @throws IOException if it cannot be read, is damaged or of another version; the state is
   *     useless then
   */
  static long read(InputStream file, ReplicatedState into) throws IOException {
    CheckedInputStream checked =
        new CheckedInputStream(new BufferedInputStream(file, 1 << 16), new CRC32C());
    DataInputStream in = new DataInputStream(checked);
    try {
      if (in.readInt() != MAGIC) {
        throw new IOException("no snapshot of replicated counters: the first bytes are others");
      }
      byte version = in.readByte();
      if (version != VERSION) {
        throw new IOException("snapshot of version " + version + "; this node knows version 1");
      }
      long index = in.readLong();
      for (int sessions = in.readInt(); sessions > 0; sessions--) {
        long session = in.readLong();
        long number = in.readLong();
        byte[] reply = in.readNBytes(in.readInt());
        into.restore(session, new Session(number, BatchReply.decode(reply)));
      }
      for (int namespaces = in.readInt(); namespaces > 0; namespaces--) {
        readNamespace(in, into.namespace(in.readUTF()));
      }
      int sum = (int) checked.getChecksum().getValue();
      if (in.readInt() != sum || in.read() >= 0) {
        throw new IOException("snapshot is damaged: its checksum does not fit");
      }
      return index;
    } catch (EOFException
        | UTFDataFormatException
        | IllegalArgumentException
        | UnknownFormatException e) {
      throw new IOException("snapshot is damaged: " + e, e);
    }
  }

  private static void readNamespace(DataInputStream in, NamespaceState into) throws IOException {
    into.restore(in, in.readInt());
    for (int locks = in.readInt(); locks > 0; locks--) {
      String counter = in.readUTF();
      String token = in.readUTF();
      Holder holder = new Holder(in.readUTF(), null);
      Instant until = Instant.ofEpochMilli(in.readLong());
      Lease lease = new Lease(in.readLong(), in.readLong());
      into.restoreLock(counter, new HeldLock(token, holder, until), lease);
    }
  }
}
