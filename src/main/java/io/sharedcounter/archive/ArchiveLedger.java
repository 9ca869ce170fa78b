package io.sharedcounter.archive;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.Copy;
import io.sharedcounter.core.Durability;
import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.Imported;
import io.sharedcounter.core.Ledger;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Reply;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/**
 * The ledger of a namespace that survives: values are restored when it opens, and kept as its
 * durability says. Reads are answered from memory. Thread-safe.
 */
public final class ArchiveLedger implements Ledger, Archive {
  private static final System.Logger LOG = System.getLogger(ArchiveLedger.class.getName());

  private static final Holder NOBODY = new Holder("", null);

  private final ArchiveSettings settings;
  private final Book book;
  private final Store store;
  private final Keeper keeper;
  private final Path path;
  private final Snapshots snapshots;
  private final Optional<Repeating> schedule;
  private volatile Witness witness = Silence.INSTANCE;

  /**
   * Opens the namespace's file, creating it if there is none, and restores the counters.
   *
   * @param directory stays open until this is closed
   * @throws DamagedFileException if the file is damaged, of a newer format, or was written with
   *     other features; it is left as it is
   */
  @SuppressWarnings("try") // The hold is only held.
  public static ArchiveLedger open(DataDirectory directory, ArchiveSettings settings) {
    Format.Kind kind = settings.archive().isPresent() ? Format.Kind.ARCHIVE : Format.Kind.COUNTERS;
    // Snapshots without an archive are few, so each is forced.
    Durability force = settings.archive().orElse(Durability.POWER_LOSS);
    Path file = Database.file(directory.path(), settings.namespace());
    try (Connection held = Database.hold(file)) {
      return open(
          directory, settings, Store.open(directory.path(), settings.namespace(), kind, force));
    } catch (SQLException e) {
      throw new IllegalStateException(
          "namespace '" + settings.namespace() + "': cannot open " + file, e);
    }
  }

  private static ArchiveLedger open(
      DataDirectory directory, ArchiveSettings settings, Store store) {
    try {
      Book book = new Book(settings.counters(), settings.clock(), settings.archive().isPresent());
      store.load(book);
      return new ArchiveLedger(directory, settings, book, store);
    } catch (RuntimeException e) {
      try {
        store.close();
      } catch (SQLException failure) {
        e.addSuppressed(failure);
      }
      throw e;
    }
  }

  private ArchiveLedger(DataDirectory directory, ArchiveSettings settings, Book book, Store store) {
    this.settings = settings;
    this.book = book;
    this.store = store;
    this.snapshots = new Snapshots(directory.path(), settings);
    this.path = directory.path();
    String namespace = settings.namespace();
    LOG.log(
        System.Logger.Level.INFO,
        "[{0}] {1} counters, sequence {2}, {3} from {4}",
        namespace,
        Integer.toString(book.count()),
        Long.toString(book.head().sequence()),
        settings.archive().map(level -> "archive " + level).orElse("snapshots"),
        store.file());
    this.keeper = keeper();
    this.schedule =
        settings.archive().isPresent()
            ? settings.snapshotEvery().map(every -> new Repeating(namespace, every, this::snapshot))
            : Optional.empty();
  }

  private Keeper keeper() {
    String namespace = settings.namespace();
    if (settings.archive().isEmpty()) {
      Duration every = settings.snapshotEvery().orElseThrow();
      return WriteBehind.snapshots(namespace, book, store, every, this::tellState);
    }
    Durability durability = settings.archive().get();
    if (durability == Durability.EVENTUAL) {
      return WriteBehind.archive(namespace, book, store, settings.flush(), this::tellState);
    }
    boolean forcesLater = durability == Durability.PROCESS_KILL;
    return new GroupCommit(namespace, book, store, forcesLater, this::tellState);
  }

  private void tellState(String state) {
    witness.stateChanged(state);
  }

  @Override
  public void start(Witness told) {
    witness = told;
  }

  @Override
  public Reply change(String name, Change change) {
    Holder holder = change.operation() == Operation.LOCK ? Holder.calling(change.origin()) : NOBODY;
    Decision decision = keeper.change(open -> open.decide(name, change, holder));
    decision.tell(witness, name, change);
    return decision.reply();
  }

  @Override
  public int importAll(Import wanted) {
    BookImport draft = new BookImport(book, settings.counters().clock().instant());
    int most = settings.counters().maxCounters();
    List<Imported> changes = keeper.together(open -> draft.decide(wanted, most));
    draft.expired().forEach(witness::unlocked);
    for (Imported change : changes) {
      if (change.changesExistence()) {
        witness.existenceChanged(change.name());
      }
    }
    changes.forEach(witness::imported);
    return changes.size();
  }

  @Override
  public Copy copy() {
    NavigableMap<String, Long> all = new TreeMap<>();
    // Whoever decides publishes, or takes back, before the monitor is free again.
    synchronized (book) {
      forEach(all::put);
      return new Copy(book.head().sequence(), all);
    }
  }

  @Override
  public OptionalLong peek(String name) {
    Long value = book.published(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  @Override
  public void forEach(ObjLongConsumer<String> visitor) {
    book.forEachPublished(visitor);
  }

  @Override
  public int count() {
    return book.count();
  }

  @Override
  public SortedMap<String, HeldLock> locks() {
    return book.locks();
  }

  @Override
  public String state() {
    return keeper.state();
  }

  /** More than 0 only with {@code EVENTUAL}. */
  @Override
  public int backlog() {
    return keeper.backlog();
  }

  /**
   * Takes a snapshot now. Without an archive this writes the changed counters; with one it writes
   * the counters and their sequence into a file of their own.
   *
   * @throws IllegalStateException if it cannot be written; the counters are as they were
   */
  public void snapshot() {
    keeper.sync();
    if (settings.archive().isPresent()) {
      snapshots.take(store);
    }
  }

  /** Returns when the last snapshot was written by this process or an earlier one, if any was. */
  public Optional<Instant> lastSnapshot() {
    return settings.archive().isPresent() ? snapshots.lastAt() : keeper.writtenAt();
  }

  /** Returns the size of the last snapshot in bytes, 0 if there is none. */
  public long lastSnapshotBytes() {
    return settings.archive().isPresent() ? snapshots.lastBytes() : diskBytes();
  }

  /** Returns the snapshot files of an archived namespace. */
  Snapshots snapshots() {
    return snapshots;
  }

  /** Opens the archive for reading; what is acknowledged and not written yet is written first. */
  @Override
  public History history() {
    keeper.sync();
    return History.open(path, settings.namespace());
  }

  @Override
  public OptionalLong valueAt(String counter, Instant time) {
    try (History history = history()) {
      return history.valueAt(counter, time, settings.clock().instant());
    }
  }

  @Override
  public long diskBytes() {
    return Database.bytes(store.file());
  }

  @Override
  public void close() {
    schedule.ifPresent(Repeating::close);
    keeper.close();
    // Who waits for one is to hear that the namespace is closed.
    book.locks().values().forEach(HeldLock::release);
    if (settings.archive().isPresent() && settings.snapshotEvery().isPresent()) {
      try {
        snapshots.take(store);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "[{0}] {1}", settings.namespace(), e.getMessage());
      }
    }
    close(store, settings.namespace());
  }

  private static void close(Store store, String namespace) {
    try {
      synchronized (store) {
        try {
          store.force();
        } finally {
          store.close();
        }
      }
    } catch (SQLException e) {
      LOG.log(
          System.Logger.Level.WARNING, "[{0}] {1}: {2}", namespace, store.file(), e.getMessage());
    }
  }

  /** Hears nothing, until the registry listens. */
  private enum Silence implements Witness {
    INSTANCE;

    @Override
    public void existenceChanged(String name) {}

    @Override
    public void imported(Imported change) {}

    @Override
    public void locked(String name, HeldLock lock) {}

    @Override
    public void unlocked(String name, HeldLock lock) {}

    @Override
    public void stateChanged(String state) {}
  }
}
