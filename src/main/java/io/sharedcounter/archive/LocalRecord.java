package io.sharedcounter.archive;

import static java.util.Objects.requireNonNull;

import io.sharedcounter.core.Copy;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Durability;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.Recorder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this process saw of a replicated namespace, transaction by transaction, in the file of the
 * namespace. The cluster's log decides what the counters are; this only writes it down.
 *
 * <p>Whoever applies the log leaves each entry in a bounded queue and goes on; a thread of its own
 * writes them, an entry as a whole or not at all, together with the entry's log index. So what the
 * log brings again after a restart is known by its index. What was not seen here (the queue was
 * full since the disk was, or a snapshot of the cluster came in place of the log) is not there to
 * be written. Then the counters are compared with those of the cluster and each that differs is set
 * in the archive, by {@link #ORIGIN}: the archive goes on, its replay equals the counters, it says
 * where it skipped, and a count of such gaps is kept. A snapshot of the cluster is written only
 * after the record is on the disk, or this record is known to fail: else a kill between both could
 * make a gap. Thread-safe.
 */
public final class LocalRecord implements Recorder, Archive, AutoCloseable {
  /** Who sets what was not seen. */
  public static final String ORIGIN = "cluster:snapshot";

  static final int MAX_QUEUED = 100_000;

  private static final System.Logger LOG = System.getLogger(LocalRecord.class.getName());
  private static final int MANY = 8_192;
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long SECURE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String namespace;
  private final Path directory;
  private final RecordFile file;
  private final InstantSource wall;
  private final Writer writer;
  private volatile @Nullable Supplier<Copy> counters;
  // Under the monitor of this:
  private List<Applied> queue = new ArrayList<>();
  private int queued;
  private int inFlight;
  private boolean isLost;
  private long toSecure = -1;
  private long secured = -1;
  private long asked;
  private long answered;
  private boolean isClosing;
  private boolean isClosed;

  /** One entry of the log; without changes: the counters were replaced. Immutable. */
  private record Applied(long index, long at, @Nullable List<Done> changes) {}

  /**
   * Opens the namespace's file, creating it if there is none.
   *
   * @param directory stays open until this is closed
   * @throws DamagedFileException if the file is damaged or no record; it is left as it is
   */
  @SuppressWarnings("try") // The hold is only held.
  public static LocalRecord open(
      DataDirectory directory, CounterSettings settings, InstantSource wall) {
    String namespace = settings.namespace();
    Path path = directory.path();
    try (Connection held = Database.hold(Database.file(path, namespace))) {
      Store store = Store.open(path, namespace, Format.Kind.RECORD, Durability.EVENTUAL);
      try {
        return new LocalRecord(path, settings, store, wall);
      } catch (RuntimeException | SQLException e) {
        store.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(
          "namespace '" + namespace + "': cannot open " + Database.file(path, namespace), e);
    }
  }

  LocalRecord(Path directory, CounterSettings settings, Store store, InstantSource wall)
      throws SQLException {
    this.namespace = settings.namespace();
    this.directory = directory;
    this.file = new RecordFile(settings, store, wall);
    this.wall = wall;
    this.writer = new Writer(namespace, this::write, state -> {});
    writer.start();
  }

  @Override
  public void start(Supplier<Copy> source) {
    counters = source;
  }

  @Override
  public long recorded() {
    return file.place().reached();
  }

  /** Returns how often transactions were not seen, and values were taken from a snapshot. */
  public long gaps() {
    return file.place().gaps();
  }

  @Override
  public void applied(long index, Instant time, List<Done> changes) {
    add(new Applied(index, time.toEpochMilli(), changes), changes.size());
  }

  @Override
  public void replaced(long index) {
    add(new Applied(index, 0, null), 1);
  }

  private void add(Applied entry, int size) {
    if (entry.index() <= recorded()) {
      return;
    }
    synchronized (this) {
      if (queued >= MAX_QUEUED) {
        isLost = true;
      }
      if (!isLost && !isClosed) {
        queue.add(entry);
        queued += size;
        notifyAll();
      }
    }
  }

  @Override
  public void secure(long index) {
    synchronized (this) {
      toSecure = Math.max(toSecure, index);
      asked++;
      notifyAll();
      long end = System.nanoTime() + SECURE_NANOS;
      long left = SECURE_NANOS;
      while (secured < index && writer.isOk() && !isClosed && left > 0) {
        if (!await(left)) {
          return;
        }
        left = end - System.nanoTime();
      }
    }
  }

  @Override
  public History history() {
    synchronized (this) {
      long round = ++asked;
      notifyAll();
      while (answered < round && writer.isOk() && !isClosed) {
        if (!await(RETRY_NANOS)) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(
              "namespace '" + namespace + "': interrupted while waiting for its record");
        }
      }
    }
    return History.open(directory, namespace);
  }

  @Override
  public OptionalLong valueAt(String counter, Instant time) {
    try (History history = history()) {
      return history.valueAt(counter, time, wall.instant());
    }
  }

  /** Waits under the monitor; returns whether it was not interrupted. */
  private boolean await(long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Returns {@link Ledger#OK}, or why the record does not hold what was applied here. */
  public synchronized String state() {
    return isLost && writer.isOk() ? "transactions were skipped" : writer.state();
  }

  @Override
  public synchronized int backlog() {
    return queued + inFlight;
  }

  @Override
  public long diskBytes() {
    return Database.bytes(file.path());
  }

  private void write() {
    try {
      boolean isLast = false;
      while (!isLast) {
        isLast = step();
      }
    } catch (RuntimeException | Error e) {
      // Only a defect or no memory leads here; the file is as it was after the last batch.
      writer.enter("stopped: " + e + "; close and open the namespace again");
    }
    synchronized (this) {
      isClosed = true;
      notifyAll();
    }
  }

  private boolean step() {
    List<Applied> taken;
    boolean isGap;
    boolean isLast;
    long securing;
    long round;
    synchronized (this) {
      rest();
      taken = queue;
      queue = new ArrayList<>();
      inFlight = queued;
      queued = 0;
      isGap = isLost;
      isLast = isClosing;
      securing = toSecure > secured ? toSecure : -1;
      round = asked;
    }
    long to = recorded();
    for (Applied entry : taken) {
      if (entry.index() > to) {
        List<Done> changes = entry.changes();
        if (changes == null || !file.follow(entry.at(), changes)) {
          isGap = true;
          break; // The counters will show what comes after it, too.
        }
        to = entry.index();
      }
    }
    boolean isDone = keep(isGap ? to : Math.max(to, securing), 0, securing >= 0 && !isGap);
    if (isDone && isGap) {
      isDone = close(securing >= 0);
    }
    synchronized (this) {
      inFlight = isDone ? 0 : inFlight;
      secured = isDone ? Math.max(secured, securing) : secured;
      answered = isDone ? round : answered;
      notifyAll();
    }
    // A batch that is given up must not be followed by another.
    return isLast || !isDone;
  }

  /** Gathers what comes within a moment, unless somebody waits for it. */
  private void rest() {
    while (queue.isEmpty() && !isHurried()) {
      await(RETRY_NANOS);
    }
    long end = System.nanoTime() + REST_NANOS;
    long left = REST_NANOS;
    while (left > 0 && queued < MANY && !isHurried()) {
      await(left);
      left = end - System.nanoTime();
    }
  }

  private boolean isHurried() {
    return isClosing || isLost || asked != answered;
  }

  /** Closes a gap: sets what is not as the cluster has it now. */
  private boolean close(boolean force) {
    synchronized (this) {
      queue.clear();
      queued = 0;
      isLost = false;
    }
    // Our monitor is not held: who applies the log may wait for it, and we wait for him.
    Copy now = requireNonNull(counters).get();
    int set = file.equalize(now.counters());
    boolean wasEmpty = recorded() < 0;
    LOG.log(
        wasEmpty ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
        "[{0}] the record did not see all up to log index {1}; counters set by {2}: {3}",
        namespace,
        Long.toString(now.sequence()),
        ORIGIN,
        Integer.toString(set));
    return keep(now.sequence(), wasEmpty && set == 0 ? 0 : 1, force);
  }

  /** Writes what is new, again and again until it is there or this is closed. */
  private boolean keep(long reached, int gaps, boolean force) {
    file.prepare(reached, gaps);
    while (true) {
      try {
        file.write(force);
        writer.enter(Ledger.OK);
        return true;
      } catch (StoreFailure | SQLException e) {
        writer.enter("cannot write " + file.path() + ": " + e.getMessage() + "; it is tried again");
      }
      synchronized (this) {
        notifyAll();
        long end = System.nanoTime() + RETRY_NANOS;
        while (!isClosing && end - System.nanoTime() > 0) {
          await(end - System.nanoTime());
        }
        if (isClosing) {
          return false;
        }
      }
    }
  }

  /**
   * Writes what is left and ends the writer; call it when nothing more is applied. A second call
   * does nothing.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (isClosing) {
        return;
      }
      isClosing = true;
      notifyAll();
    }
    writer.join();
    if (backlog() > 0 || !writer.isOk()) {
      LOG.log(
          System.Logger.Level.ERROR,
          "[{0}] closed with {1} transactions that are not in {2} yet: {3}",
          namespace,
          Integer.toString(backlog()),
          file.path(),
          state());
    }
    try {
      file.close();
    } catch (SQLException e) {
      LOG.log(
          System.Logger.Level.WARNING, "[{0}] {1}: {2}", namespace, file.path(), e.getMessage());
    }
  }
}
