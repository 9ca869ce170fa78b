package io.sharedcounter.archive;

import io.sharedcounter.core.HeldLock;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.Imported;
import io.sharedcounter.core.Reply.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Decides an import as one draft of a book, so that it is written in one database transaction.
 * Confined to the book's monitor.
 */
final class BookImport implements Import.Present {
  private static final Holder NOBODY = new Holder("", null);

  private final Book book;
  private final Instant now;
  private final Map<String, HeldLock> expired = new TreeMap<>();

  BookImport(Book book, Instant now) {
    this.book = book;
    this.now = now;
  }

  /**
   * Decides it.
   *
   * @throws RuntimeException as {@link Import#plan} does; nothing is decided then
   */
  List<Imported> decide(Import wanted, int maxCounters) {
    List<Imported> changes = wanted.plan(this, maxCounters);
    for (Imported change : changes) {
      Decision decision = book.decide(change.name(), change.change(), NOBODY);
      if (decision.reply().outcome() != Outcome.DONE) {
        throw new IllegalStateException("import of " + change + ": " + decision.reply());
      }
      HeldLock ended = decision.expired();
      if (ended != null) {
        expired.put(change.name(), ended);
      }
    }
    return changes;
  }

  /** Returns the locks whose end was found. */
  Map<String, HeldLock> expired() {
    return expired;
  }

  @Override
  public OptionalLong value(String name) {
    Long value = book.decided(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  @Override
  public Optional<HeldLock> lock(String name) {
    return book.lock(name).filter(lock -> !lock.hasExpired(now));
  }

  @Override
  public void forEachName(Consumer<String> visitor) {
    book.forEachDecided((name, value) -> visitor.accept(name));
  }

  @Override
  public int count() {
    return book.count();
  }
}
