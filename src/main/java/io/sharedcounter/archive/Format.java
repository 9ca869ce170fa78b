package io.sharedcounter.archive;

import java.util.Locale;

/**
 * Format 2 of the file of a namespace: an SQLite database that any tool reads.
 *
 * <pre>
 * pragma application_id = 0x53434e54 ("SCNT"), user_version = 2
 * head     one row: where the file stands; digest = sum of CounterRow.digest
 * counter  one row a name that was ever used; value is null where it was removed;
 *          sequence = its latest transaction, from which a chain of "distance" leads back
 * archive  one row a transaction; sequence without gaps from head.pruned + 1 on;
 *          argument: what was added, for other operations the value after;
 *          before: for what adds the value before, null: the counter was absent; for others null,
 *          since it is the value after the counter's previous transaction;
 *          distance: back to the previous transaction of the counter, 0 for none;
 *          "check": Row.check
 * base     one row a counter that has pruned transactions: its value after the last of them
 * origin   names of those who made changes, operation: names of operations
 * history  a view that spells the archive out
 * twice    only of kind SNAPSHOT: sequence and at of the head once more
 * record   only of kind RECORD, one row: the log index of the cluster up to which the archive
 *          goes, and how often a part of the log was not seen and values were taken from a snapshot
 * </pre>
 *
 * <p>Format 1 has before in every row, a column more in the archive, and no base. Its files are
 * read and written on in their format.
 *
 * <p>Stateless, thread-safe.
 */
final class Format {
  static final int VERSION = 2;
  static final int OLDEST = 1;
  static final int APPLICATION_ID = 0x53434e54;

  /**
   * The kinds of file: with an archive, with the counters only, a snapshot of an archive, a
   * member's record of a replicated namespace.
   */
  enum Kind {
    ARCHIVE,
    COUNTERS,
    SNAPSHOT,
    RECORD;

    boolean hasArchive() {
      return this == ARCHIVE || this == RECORD;
    }
  }

  static final String[] RECORD_TABLE = {
    "create table record(one integer primary key check (one = 1), reached integer not null,"
        + " gaps integer not null)",
    "insert into record values (1, -1, 0)",
  };

  /** The value after a transaction, of columns that {@code %1$s} prefixes. */
  private static final String AFTER =
      "case when %1$soperation = 7 then null when %1$soperation in (4, 5)"
          + " then coalesce(%1$sbefore, 0) + %1$sargument else %1$sargument end";

  /** The value before a transaction of {@link #ROWS}. */
  static final String BEFORE =
      "case when a.distance = 0 or a.operation in (4, 5) then a.before"
          + " when p.sequence is null then b.value else "
          + String.format(Locale.ROOT, AFTER, "p.")
          + " end";

  /** The transactions a, each with the counter's previous one, p, or its base, b. */
  static final String ROWS =
      " from archive a left join archive p on a.distance > 0 and p.sequence = a.sequence - a.distance"
          + " left join base b on b.counter = a.counter";

  /** Puts into the base what is about to be pruned: up to a number that follows. */
  static final String TO_BASE =
      "insert or replace into base select counter, value from (select counter, "
          + String.format(Locale.ROOT, AFTER, "")
          // SQLite takes the other columns from the row that has the maximum.
          + " as value, max(sequence) from archive where sequence <= %d group by counter)";

  static final String[] TABLES = {
    "create table head(one integer primary key check (one = 1), namespace text not null,"
        + " kind text not null, sequence integer not null, at integer not null,"
        + " digest integer not null, pruned integer not null)",
    "create table counter(id integer primary key, name text not null, value integer,"
        + " version integer not null, sequence integer not null)",
    "create table archive(sequence integer primary key, at integer not null,"
        + " counter integer not null, operation integer not null, argument integer not null,"
        + " before integer, origin integer not null, distance integer not null,"
        + " \"check\" integer not null)",
    "create table base(counter integer primary key, value integer)",
    "create table origin(id integer primary key, name text not null)",
    "create table operation(id integer primary key, name text not null)",
    "insert into operation values (1,'get'),(2,'set'),(3,'getSet'),(4,'increment'),"
        + "(5,'getIncrement'),(6,'compareAndSet'),(7,'remove'),(8,'lock')",
    "create view history as select a.sequence, a.at, c.name, n.name as operation, a.argument,"
        + " "
        + BEFORE
        + " as before, "
        + String.format(Locale.ROOT, AFTER, "a.")
        + " as after, o.name as origin"
        + ROWS
        + " join counter c on c.id = a.counter join operation n on n.id = a.operation"
        + " join origin o on o.id = a.origin",
  };

  private Format() {}
}
