package io.sharedcounter.archive;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.CounterState;
import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Reply;
import io.sharedcounter.core.Reply.Outcome;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one namespace that survives: decides changes in one order, numbers them, and
 * remembers what has to be written.
 *
 * <p>What was decided is a draft until it is published (readers see it) or taken back (as if it had
 * never been). The draft and the writing are apart, since {@code EVENTUAL} publishes before it
 * writes. Whoever decides, publishes, takes back or takes a batch holds this object's monitor;
 * entries, locks and the count may be read by anybody. Confined to its monitor but for these.
 */
final class Book {
  private final CounterSettings settings;
  private final InstantSource wall;
  private final boolean archives;
  private Entries entries = new Entries(new PackedCounters(0, 0));
  private final ConcurrentNavigableMap<String, HeldLock> locks = new ConcurrentSkipListMap<>();
  private volatile int count;

  private Head head = new Head(0, 0, 0);
  private int existing;
  private long nextId = 1;
  private List<Row> rows = new ArrayList<>();
  private List<Entry> dirty = new ArrayList<>();

  private final List<Entry> draft = new ArrayList<>();
  private final List<HeldLock> ended = new ArrayList<>();
  private Head savedHead = head;
  private int savedExisting;
  private int savedRows;
  private int savedDirty;

  Book(CounterSettings settings, InstantSource wall, boolean archives) {
    this.settings = settings;
    this.wall = wall;
    this.archives = archives;
  }

  /** Begins where a file stands that holds these counters; before anything else is done. */
  synchronized void begin(Head loaded, PackedCounters counters) {
    head = loaded;
    savedHead = loaded;
    entries = new Entries(counters);
    nextId = counters.highestId() + 1;
    existing = counters.existing();
    savedExisting = existing;
    count = existing;
  }

  /** Returns what readers see of the counter; null where it is absent. */
  @Nullable Long published(String name) {
    return entries.value(name, Entry::published);
  }

  /** Shows what readers see. */
  void forEachPublished(ObjLongConsumer<String> visitor) {
    entries.forEach(Entry::published, visitor);
  }

  /** Returns what was decided of the counter; null where it is absent. */
  @Nullable Long decided(String name) {
    return entries.value(name, Entry::decided);
  }

  /** Shows what was decided. */
  void forEachDecided(ObjLongConsumer<String> visitor) {
    entries.forEach(Entry::decided, visitor);
  }

  /** Returns the lock of the counter, as was decided. */
  Optional<HeldLock> lock(String name) {
    Entry entry = entries.awake(name);
    return entry == null ? Optional.empty() : entry.state.lock();
  }

  ConcurrentNavigableMap<String, HeldLock> locks() {
    return locks;
  }

  int count() {
    return count;
  }

  Head head() {
    return head;
  }

  /** Returns whether there is nothing to write. */
  boolean isClean() {
    return dirty.isEmpty();
  }

  /** Returns how many transactions are to be archived. */
  int unwritten() {
    return rows.size();
  }

  /** Decides one change, as part of the draft. */
  Decision decide(String name, Change change, Holder holder) {
    Entry entry = entry(name);
    touch(entry);
    Instant now = settings.clock().instant();
    HeldLock expired = entry.state.expire(now).orElse(null);
    if (expired != null) {
      ended.add(expired);
    }
    boolean existed = entry.state.exists();
    long before = entry.state.value();
    boolean hasRoom = existed || existing < settings.maxCounters();
    Reply reply = entry.state.apply(change, now, holder, hasRoom);
    boolean exists = entry.state.exists();
    existing += (exists ? 1 : 0) - (existed ? 1 : 0);
    if (exists && entry.id == nextId) {
      nextId++;
      entries.add(entry);
    }
    if (existed != exists || (reply.outcome() == Outcome.DONE && change.operation().writes())) {
      record(entry, change, existed ? before : null, reply);
    }
    HeldLock lock = reply.lock();
    if (lock != null && entry.state.lock().isEmpty()) {
      ended.add(lock);
    }
    return new Decision(reply, expired);
  }

  /** Returns the entry of that name, or a new one that is none of the book's yet. */
  private Entry entry(String name) {
    Entry entry = entries.wake(name);
    return entry != null ? entry : new Entry(nextId, name);
  }

  private void touch(Entry entry) {
    if (!entry.touched) {
      // In this order: if memory ends here, the entry is as it was.
      entry.save();
      draft.add(entry);
      entry.touched = true;
    }
  }

  /**
   * Takes over a change that was decided elsewhere and took effect.
   *
   * @return false if it does not go on from the value here; nothing has changed then
   */
  boolean follow(String name, Change change, Reply reply) {
    Entry entry = entry(name);
    Long before = entry.decided();
    if (reply.created() ? before != null : before == null || before != reply.before()) {
      return false;
    }
    if (before == null && entry.id == nextId) {
      nextId++;
      entries.add(entry);
    }
    if (change.operation() == Operation.REMOVE) {
      entry.state.become(new CounterState());
    } else {
      entry.state.create(reply.after());
    }
    record(entry, change, before, reply);
    return true;
  }

  private void record(Entry entry, Change change, @Nullable Long before, Reply reply) {
    long sequence = head.sequence() + 1;
    long at = Math.max(head.at(), wall.millis());
    if (archives) {
      int operation = Operations.number(change.operation());
      long argument = Operations.adds(operation) ? change.argument() : reply.after();
      rows.add(
          new Row(
              sequence, at, entry.id, operation, argument, before, change.origin(), entry.last));
    }
    head = new Head(sequence, at, head.digest());
    entry.version++;
    entry.last = sequence;
    if (!entry.dirty) {
      dirty.add(entry);
      entry.dirty = true;
    }
  }

  /** Shows the draft to readers, and wakes those who wait for locks that ended in it. */
  void publish() {
    for (Entry entry : draft) {
      entry.touched = false;
      entry.published = entry.decided();
      HeldLock lock = entry.state.lock().orElse(null);
      if (lock != null) {
        locks.put(entry.name, lock);
      } else if (locks.containsKey(entry.name)) {
        locks.remove(entry.name);
      }
    }
    count = existing;
    ended.forEach(HeldLock::release);
    beginDraft();
  }

  /** Returns whether the draft is of things that are written: other than locks that end, say. */
  boolean draftIsWritten() {
    return head.sequence() != savedHead.sequence();
  }

  /** Takes the draft back, as if it had never been. */
  void takeBack() {
    for (Entry entry : draft) {
      entry.touched = false;
      HeldLock given = entry.state.lock().orElse(null);
      entry.restore();
      if (given != null && entry.state.lock().orElse(null) != given) {
        given.release();
      }
      if (entry.version == 0) {
        entries.remove(entry);
      }
    }
    head = savedHead;
    existing = savedExisting;
    rows.subList(savedRows, rows.size()).clear();
    for (int i = dirty.size() - 1; i >= savedDirty; i--) {
      dirty.remove(i).dirty = false;
    }
    beginDraft();
  }

  private void beginDraft() {
    draft.clear();
    ended.clear();
    savedHead = head;
    savedExisting = existing;
    savedRows = rows.size();
    savedDirty = dirty.size();
  }

  /** Returns what has to be written since the last call. */
  Batch batch() {
    // Whatever needs memory first: if that ends, the next call finds everything as it was.
    List<CounterRow> added = new ArrayList<>();
    List<CounterRow> changed = new ArrayList<>();
    long[] digests = new long[dirty.size()];
    long digest = head.digest();
    for (int i = 0; i < digests.length; i++) {
      Entry entry = dirty.get(i);
      CounterRow row = entry.row();
      (entry.stored ? changed : added).add(row);
      digests[i] = row.digest();
      digest += digests[i] - entry.digest;
    }
    Batch batch = new Batch(added, changed, rows, new Head(head.sequence(), head.at(), digest));
    List<Row> noRows = new ArrayList<>();
    List<Entry> noneDirty = new ArrayList<>();
    for (int i = 0; i < digests.length; i++) {
      Entry entry = dirty.get(i);
      entry.dirty = false;
      entry.stored = true;
      entry.digest = digests[i];
    }
    head = batch.head();
    rows = noRows;
    dirty = noneDirty;
    if (draft.isEmpty()) {
      beginDraft();
    }
    return batch;
  }
}
