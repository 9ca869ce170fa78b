package io.sharedcounter.archive;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what all counters were after an earlier transaction: back from now along the archive,
 * or from a snapshot where the archive does not reach. Changes nothing. Confined to one call.
 */
public final class Past {
  private static final int TOLD_EVERY = 1_000;

  private final Connection connection;
  private final Path data;
  private final String namespace;
  private final Path file;
  private final long pruned;
  private final long last;

  private Past(Connection connection, Path data, String namespace) throws SQLException {
    this.connection = connection;
    this.data = data;
    this.namespace = namespace;
    this.file = Database.file(data, namespace);
    Format.Kind kind = Database.kind(connection, file, namespace);
    if (kind == Format.Kind.RECORD) {
      throw new IllegalArgumentException(
          "namespace '"
              + namespace
              + "' is replicated: "
              + file
              + " is only the record of one member, and the cluster's log decides; set the counters,"
              + " or export and import them");
    }
    if (kind == Format.Kind.COUNTERS) {
      throw new IllegalArgumentException(
          "namespace '"
              + namespace
              + "' has snapshots but no archive, which is what leads back; a backup can be put in"
              + " place of "
              + file
              + " while the server is stopped");
    }
    pruned = Database.check(connection, file, namespace, Format.Kind.ARCHIVE);
    last = Database.number(connection, "select sequence from head");
  }

  /**
   * Returns the counters that are not what they were after that transaction, sorted by nothing.
   * Another process may write the file meanwhile.
   *
   * @param sequence 0 (before the first) to the latest
   * @param progress is told how many transactions have been read, now and then
   * @throws IllegalArgumentException if the archive does not reach there, or there is none
   * @throws DamagedFileException if what is read is not what was written
   */
  public static List<Difference> differences(
      Path data, String namespace, long sequence, LongConsumer progress) {
    return read(data, namespace, past -> past.since(sequence, progress));
  }

  /**
   * Returns the last transaction at or before that time, 0 if the first came later.
   *
   * @param now the present; a time beyond it is refused
   * @throws IllegalArgumentException if the time is not reached yet, or the archive does not reach
   *     back there
   */
  public static long sequenceAt(Path data, String namespace, Instant time, Instant now) {
    return read(data, namespace, past -> past.at(time, now));
  }

  /** What is asked of the past. */
  private interface Question<T> {
    T ask(Past past) throws SQLException;
  }

  private static <T> T read(Path data, String namespace, Question<T> question) {
    try (Connection connection = Database.connect(Database.file(data, namespace), true)) {
      // One read transaction: what a writer adds meanwhile is not seen.
      connection.setAutoCommit(false);
      return question.ask(new Past(connection, data, namespace));
    } catch (SQLException e) {
      throw Database.unreadable(namespace, Database.file(data, namespace), e);
    }
  }

  private long at(Instant time, Instant now) {
    History history = History.over(connection, file, namespace);
    history.requireReached(time, now);
    long found = history.lastAt(time);
    if (found > pruned || pruned == 0) {
      return found;
    }
    Optional<Path> latest = Snapshots.of(data, namespace, pruned);
    if (latest.isPresent() && !time.isBefore(Snapshots.at(latest.get(), namespace))) {
      return pruned;
    }
    throw tooOld("time " + time);
  }

  private IllegalArgumentException tooOld(String what) {
    List<String> covered =
        Snapshots.files(data, namespace).stream()
            .filter(snapshot -> Snapshots.sequence(snapshot) < pruned)
            .map(this::stand)
            .toList();
    return new IllegalArgumentException(
        "the archive of namespace '"
            + namespace
            + "' begins after transaction "
            + pruned
            + " and does not reach back to "
            + what
            + (covered.isEmpty()
                ? "; no snapshot does"
                : "; snapshots hold transaction " + String.join(", ", covered)));
  }

  private String stand(Path snapshot) {
    String at;
    try {
      at = Snapshots.at(snapshot, namespace).toString();
    } catch (DamagedFileException e) {
      at = "damaged";
    }
    return Snapshots.sequence(snapshot) + " (" + at + ")";
  }

  private List<Difference> since(long sequence, LongConsumer progress) throws SQLException {
    if (sequence < 0 || sequence > last) {
      throw new IllegalArgumentException(
          "there is no transaction "
              + sequence
              + "; the archive of namespace '"
              + namespace
              + "' has "
              + pruned
              + " to "
              + last);
    }
    if (sequence < pruned) {
      Path snapshot =
          Snapshots.of(data, namespace, sequence)
              .orElseThrow(() -> tooOld("transaction " + sequence));
      Map<Long, CounterRow> then = Snapshots.counters(snapshot, namespace);
      return compare(
          now -> {
            CounterRow row = then.get(now.id());
            return row == null ? null : row.value();
          });
    }
    return compare(along(sequence, progress));
  }

  /** Returns what each counter was, found along the archive; checks on the way that it fits. */
  private Then along(long sequence, LongConsumer progress) {
    Map<Long, Row> oldest = new HashMap<>();
    Map<Long, Row> newest = new HashMap<>();
    History.over(connection, file, namespace)
        .forEach(
            sequence,
            row -> {
              oldest.putIfAbsent(row.counter(), row);
              Row previous = newest.put(row.counter(), row);
              if (previous != null && !Objects.equals(previous.after(), row.before())) {
                throw unfit(row.sequence());
              }
              if ((row.sequence() - sequence) % TOLD_EVERY == 0) {
                progress.accept(row.sequence() - sequence);
              }
            });
    return now -> {
      Row row = newest.get(now.id());
      if (row != null && !Objects.equals(row.after(), now.value())) {
        throw unfit(row.sequence());
      }
      Row next = oldest.get(now.id());
      return next == null ? now.value() : next.before();
    };
  }

  private DamagedFileException unfit(long sequence) {
    return Database.damaged(
        namespace, file, "transaction " + sequence + " does not go on from the ones before");
  }

  /** Tells what a counter was; null: absent. */
  private interface Then {
    @Nullable Long value(CounterRow now);
  }

  private List<Difference> compare(Then then) throws SQLException {
    List<Difference> differences = new ArrayList<>();
    CounterRows.forEach(
        connection,
        file,
        namespace,
        now -> {
          Long value = then.value(now);
          if (!Objects.equals(value, now.value())) {
            differences.add(
                new Difference(
                    now.name(), Transaction.optional(now.value()), Transaction.optional(value)));
          }
        });
    return differences;
  }
}
