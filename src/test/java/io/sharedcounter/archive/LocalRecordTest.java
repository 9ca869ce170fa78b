package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.Copy;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.CounterState;
import io.sharedcounter.core.Durability;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Recorder.Done;
import io.sharedcounter.testing.Warnings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member's record, fed by a test in place of a cluster. */
class LocalRecordTest {
  private static final Instant SENT = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path data;
  private DataDirectory directory;
  private LocalRecord record;

  /** The replica: what was applied, up to which log index. */
  private final SortedMap<String, CounterState> replica = new TreeMap<>();

  private long index;

  @BeforeEach
  void open() throws SQLException {
    directory = DataDirectory.open(data);
    openRecord();
  }

  private void openRecord() throws SQLException {
    Store store = Store.open(data, "seats", Format.Kind.RECORD, Durability.EVENTUAL);
    // A test that keeps the file from being written does not wait as long as a server.
    Database.execute(store.connection, "pragma busy_timeout = 20");
    record = new LocalRecord(data, CounterSettings.of("seats"), store, InstantSource.system());
    record.start(this::copy);
  }

  @AfterEach
  void close() {
    record.close();
    directory.close();
  }

  private void openAgain() throws SQLException {
    record.close();
    openRecord();
  }

  private synchronized Copy copy() {
    SortedMap<String, Long> values = new TreeMap<>();
    replica.forEach((name, state) -> values.put(name, state.value()));
    return new Copy(index, values);
  }

  private static Change set(long value) {
    return Change.of(Operation.SET, value, "http:alice");
  }

  private static Change add(long value) {
    return Change.of(Operation.INCREMENT, value, Change.APP);
  }

  /** Does it in the replica, as the next entry of the log. */
  private synchronized Done apply(String name, Change change) {
    index++;
    CounterState state = replica.computeIfAbsent(name, absent -> new CounterState());
    Done done = new Done(name, change, state.apply(change, SENT, new Holder("", null), true));
    if (!state.exists()) {
      replica.remove(name);
    }
    return done;
  }

  private void tell(String name, Change change) {
    Done done = apply(name, change);
    record.applied(index, SENT, List.of(done));
  }

  private List<String> history(String counter) {
    try (History history = record.history()) {
      return history.history(counter, 100).stream().map(LocalRecordTest::line).toList();
    }
  }

  private static String line(Transaction done) {
    String text = done.toString();
    return done.sequence() + text.substring(text.indexOf(' ', text.indexOf(' ') + 1));
  }

  private void assertReplayEqualsTheReplica() {
    record.history().close(); // What is applied is written then.
    assertEquals(copy().counters(), CounterFile.copy(data, "seats").counters());
    Verification.verify(data, "seats", far -> {});
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited in vain for " + what);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void whatIsAppliedIsRecordedInOrderWithTheTimeAtWhichItWasSent() {
    tell("a", set(5));
    tell("b", add(1));
    tell("a", add(-7));
    tell("a", Change.of(Operation.REMOVE, 0, Change.APP));
    tell("a", Change.lock(0, "jmx:bob"));
    assertEquals(
        List.of(
            "5 lock absent -> 0 by jmx:bob",
            "4 remove -2 -> absent by app",
            "3 increment 5 -> -2 by app",
            "1 set absent -> 5 by http:alice"),
        history("a"));
    try (History history = record.history()) {
      assertEquals(SENT, history.history("b", 1).get(0).at());
    }
    assertEquals(1, record.valueAt("b", SENT).orElseThrow());
    assertEquals(0, record.gaps());
    assertEquals(0, record.backlog());
  }

  @Test
  void anEntryThatComesAgainAfterARestartIsNotRecordedTwice() throws SQLException {
    Done first = apply("a", add(1));
    record.applied(index, SENT, List.of(first));
    Done second = apply("a", add(1));
    Done third = apply("b", add(3));
    record.applied(index, SENT, List.of(second, third));
    openAgain();
    assertEquals(3, record.recorded());
    record.replaced(1); // A snapshot, and the log after it.
    record.applied(1, SENT, List.of(first));
    record.applied(3, SENT, List.of(second, third));
    tell("a", add(1));
    assertEquals(
        List.of(
            "4 increment 2 -> 3 by app",
            "2 increment 1 -> 2 by app",
            "1 increment absent -> 1 by app"),
        history("a"));
    assertReplayEqualsTheReplica();
    assertEquals(0, record.gaps());
  }

  @Test
  void whatASnapshotBringsInPlaceOfTheLogIsSetAndSaidToBe(Warnings warnings) throws Exception {
    tell("a", set(5));
    tell("gone", set(1));
    tell("same", set(8));
    history("a");
    apply("a", set(7));
    apply("gone", Change.of(Operation.REMOVE, 0, Change.APP));
    apply("new", set(3));
    record.replaced(index);
    warnings.expect("counters set by cluster:snapshot: 3");
    tell("a", add(1));
    assertEquals(
        List.of(
            "7 increment 7 -> 8 by app",
            "5 set 5 -> 7 by cluster:snapshot",
            "1 set absent -> 5 by http:alice"),
        history("a"));
    assertEquals("4 remove 1 -> absent by cluster:snapshot", history("gone").get(0));
    assertEquals(List.of("6 set absent -> 3 by cluster:snapshot"), history("new"));
    assertEquals(1, history("same").size());
    assertReplayEqualsTheReplica();
    assertEquals(1, record.gaps());
    openAgain();
    assertEquals(1, record.gaps());
    assertReplayEqualsTheReplica();
  }

  @Test
  void aChangeThatDoesNotGoOnFromTheRecordIsAGap(Warnings warnings) throws Exception {
    tell("a", set(5));
    history("a");
    apply("a", set(6)); // Lost on the way, by a defect.
    tell("a", add(1));
    warnings.expect("cluster:snapshot");
    assertEquals("2 set 5 -> 7 by cluster:snapshot", history("a").get(0));
    assertReplayEqualsTheReplica();
  }

  @Test
  void aDiskThatFailsHoldsUpNobodyAndTheRecordCatchesUp(Warnings warnings) throws Exception {
    tell("a", set(5));
    history("a");
    try (Connection other = Database.connect(Database.file(data, "seats"), false)) {
      Database.execute(other, "begin immediate");
      tell("a", add(1)); // Returns, though nothing can be written.
      warnings.expect("cannot write");
      assertTrue(record.state().startsWith("cannot write"), record.state());
      tell("a", add(1));
      assertEquals(2, record.backlog());
      record.secure(index); // Does not wait for what cannot be.
      Database.execute(other, "rollback");
    }
    await("the disk", () -> record.backlog() == 0);
    assertEquals("OK", record.state());
    assertEquals(3, history("a").size());
    assertReplayEqualsTheReplica();
    assertEquals(0, record.gaps());
  }

  @Test
  void aQueueThatIsFullLosesTransactionsButNotTheTruth(Warnings warnings) throws Exception {
    tell("a", set(5));
    history("a");
    try (Connection other = Database.connect(Database.file(data, "seats"), false)) {
      Database.execute(other, "begin immediate");
      tell("a", add(1));
      warnings.expect("cannot write");
      for (int i = 0; i < LocalRecord.MAX_QUEUED + 10; i++) {
        tell("b", add(1));
      }
      assertTrue(record.backlog() <= LocalRecord.MAX_QUEUED + 1, "it is not bounded");
      Database.execute(other, "rollback");
    }
    warnings.expect("cluster:snapshot: 1");
    tell("b", add(1));
    List<String> lines = history("b");
    assertTrue(lines.get(1).endsWith("-> 100010 by cluster:snapshot"), lines.get(1));
    assertTrue(lines.get(0).endsWith("increment 100010 -> 100011 by app"), lines.get(0));
    assertReplayEqualsTheReplica();
    assertEquals(1, record.gaps());
    assertEquals("OK", record.state());
  }

  @Test
  void whatCouldNotBeWrittenAtTheEndComesFromTheLogAtTheNextStart(Warnings warnings)
      throws Exception {
    tell("a", set(5));
    history("a");
    Done second;
    try (Connection other = Database.connect(Database.file(data, "seats"), false)) {
      Database.execute(other, "begin immediate");
      second = apply("a", add(1));
      record.applied(2, SENT, List.of(second));
      warnings.expect("cannot write");
      record.close();
      warnings.expect("closed with 1 transactions");
      Database.execute(other, "rollback");
    }
    openRecord();
    assertEquals(1, record.recorded());
    record.applied(2, SENT, List.of(second));
    assertEquals("2 increment 5 -> 6 by app", history("a").get(0));
    assertReplayEqualsTheReplica();
    assertEquals(0, record.gaps());
  }

  @Test
  void securingKeepsHowFarAQuietNamespaceIs() throws SQLException {
    tell("a", set(5));
    index = 1_000; // Other namespaces.
    record.secure(index);
    openAgain();
    assertEquals(1_000, record.recorded());
    record.replaced(1_000);
    tell("a", add(1));
    assertEquals(2, history("a").size());
    assertEquals(0, record.gaps());
  }

  @Test
  void aSendersClockThatIsAheadDoesNotHoldUpLaterTimes() {
    Done early = apply("a", add(1));
    record.applied(index, Instant.now().plusSeconds(1_000_000), List.of(early));
    try (History history = record.history()) {
      assertTrue(!history.history("a", 1).get(0).at().isAfter(Instant.now()));
    }
  }

  @Test
  void manyEntriesAreRecordedOnce() {
    for (int i = 0; i < 20_000; i++) {
      tell("n", add(1));
    }
    assertReplayEqualsTheReplica();
    assertEquals("20000 increment 19999 -> 20000 by app", history("n").get(0));
  }
}
