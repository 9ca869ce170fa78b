package io.sharedcounter.archive;

/**
 * Format 1 of the file of a namespace: an SQLite database that any tool reads.
 *
 * <pre>
 * pragma application_id = 0x53434e54 ("SCNT"), user_version = 1
 * head     one row: where the file stands; digest = sum of CounterRow.digest
 * counter  one row a name that was ever used; value is null where it was removed;
 *          sequence = its latest transaction, from which a chain of "distance" leads back
 * archive  one row a transaction; sequence without gaps from head.pruned + 1 on;
 *          counter before null: it was absent;
 *          argument: what was added, for other operations the value after;
 *          distance: back to the previous transaction of the counter, 0 for none;
 *          request: reserved for requests that must not count twice;
 *          "check": Row.check
 * origin   names of those who made changes, operation: names of operations
 * history  a view that spells the archive out
 * record   only of kind RECORD, one row: the log index of the cluster up to which the archive
 *          goes, and how often a part of the log was not seen and values were taken from a snapshot
 * </pre>
 *
 * <p>Stateless, thread-safe.
 */
final class Format {
  static final int VERSION = 1;
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

  static final String[] TABLES = {
    "create table head(one integer primary key check (one = 1), namespace text not null,"
        + " kind text not null, sequence integer not null, at integer not null,"
        + " digest integer not null, pruned integer not null)",
    "create table counter(id integer primary key, name text not null, value integer,"
        + " version integer not null, sequence integer not null)",
    "create table archive(sequence integer primary key, at integer not null,"
        + " counter integer not null, operation integer not null, argument integer not null,"
        + " before integer, origin integer not null, request text, distance integer not null,"
        + " \"check\" integer not null)",
    "create table origin(id integer primary key, name text not null)",
    "create table operation(id integer primary key, name text not null)",
    "insert into operation values (1,'get'),(2,'set'),(3,'getSet'),(4,'increment'),"
        + "(5,'getIncrement'),(6,'compareAndSet'),(7,'remove'),(8,'lock')",
    "create view history as select a.sequence, a.at, c.name, p.name as operation, a.argument,"
        + " a.before, case when a.operation = 7 then null when a.operation in (4, 5)"
        + " then coalesce(a.before, 0) + a.argument else a.argument end as after,"
        + " o.name as origin from archive a join counter c on c.id = a.counter"
        + " join operation p on p.id = a.operation join origin o on o.id = a.origin",
  };

  private Format() {}
}
