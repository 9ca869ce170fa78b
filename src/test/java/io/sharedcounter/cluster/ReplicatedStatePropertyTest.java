package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.CounterState;
import io.sharedcounter.core.Holder;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Reply.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ReplicatedStatePropertyTest {

  @Property(tries = 300)
  void aReplayGivesTheStateAndRepliesOfASnapshotAndTheRest(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 150) int cut) throws IOException {
    List<byte[]> log = Logs.random(seed, 150);
    ReplicatedState whole = new ReplicatedState();
    for (int i = 0; i < cut; i++) {
      byte[] reply = whole.apply(i, log.get(i));
      assertArrayEquals(reply, BatchReply.decode(reply).encode());
    }
    ReplicatedState resumed = Logs.load(Logs.image(cut, whole));
    assertArrayEquals(Logs.image(cut, whole), Logs.image(cut, resumed));
    for (int i = cut; i < log.size(); i++) {
      assertArrayEquals(whole.apply(i, log.get(i)), resumed.apply(i, log.get(i)), "entry " + i);
    }
    assertArrayEquals(Logs.image(150, whole), Logs.image(150, resumed));
  }

  @Property(tries = 300)
  void aBatchThatComesAgainChangesNothingAndHasTheSameReply(@ForAll long seed) {
    List<byte[]> log = Logs.random(seed, 100);
    ReplicatedState state = new ReplicatedState();
    for (int i = 0; i < log.size(); i++) {
      byte[] reply = state.apply(i, log.get(i));
      boolean applied = BatchReply.decode(reply).status() == BatchReply.Status.APPLIED;
      if (applied) {
        byte[] before = Logs.image(i, state);
        assertArrayEquals(reply, state.apply(i, log.get(i)));
        assertArrayEquals(before, Logs.image(i, state));
      }
    }
  }

  @Property(tries = 500)
  void everyOperationMeansWhatItMeansInMemory(@ForAll long seed) {
    Random random = new Random(seed);
    ReplicatedState state = new ReplicatedState();
    state.apply(0, Batch.register().encode());
    CounterState model = new CounterState();
    Holder holder = new Holder("me", null);
    for (int number = 1; number <= 60; number++) {
      Request request = Logs.randomRequest(random);
      if (request.code().operation().isEmpty()) {
        number--;
        continue;
      }
      Operation operation = request.code().operation().get();
      Change change = request.change(operation);
      Instant at = Instant.ofEpochMilli(1_000);
      Answer expected = Answer.of(model.apply(change, at, holder, true));
      byte[] entry = Logs.batch(0, number, Request.of("n", 1, "a", change));
      Answer found = BatchReply.decode(state.apply(number, entry)).answers().get(0);
      assertEquals(
          expected.outcome() + " " + expected.before() + " " + expected.after(),
          found.outcome() + " " + found.before() + " " + found.after());
      assertEquals(expected.created(), found.created());
    }
  }

  @Property
  void aSumOutside64BitsIsRefusedAndChangesNothing(@ForAll long value, @ForAll long addend) {
    ReplicatedState state = new ReplicatedState();
    state.apply(0, Batch.register().encode());
    state.apply(1, Logs.batch(0, 1, Logs.request(Operation.SET, "a", value)));
    byte[] reply = state.apply(2, Logs.batch(0, 2, Logs.request(Operation.INCREMENT, "a", addend)));
    BigInteger sum = BigInteger.valueOf(value).add(BigInteger.valueOf(addend));
    Answer answer = BatchReply.decode(reply).answers().get(0);
    boolean fits = sum.bitLength() < 64;
    assertEquals(fits ? Outcome.DONE : Outcome.OVERFLOW, answer.outcome());
    CounterState counter = state.namespace("n").counters().get("a");
    assertEquals(fits ? sum.longValue() : value, counter == null ? 0 : counter.value());
  }

  @Property(tries = 300)
  void aBatchReadsBackAsItWasWritten(@ForAll long seed) {
    for (byte[] entry : Logs.random(seed, 30)) {
      assertArrayEquals(entry, Batch.decode(entry).encode());
    }
  }

  @Property(tries = 300)
  void aCutEntryIsRefusedAndChangesNothing(@ForAll long seed) {
    ReplicatedState state = new ReplicatedState();
    state.apply(0, Batch.register().encode());
    Random random = new Random(seed);
    byte[] entry = Logs.batch(0, 1, Logs.randomRequest(random), Logs.randomRequest(random));
    byte[] before = Logs.image(0, state);
    byte[] cut = Arrays.copyOf(entry, random.nextInt(entry.length));
    assertThrows(UnknownFormatException.class, () -> state.apply(1, cut));
    byte[] longer = Arrays.copyOf(entry, entry.length + 1);
    assertThrows(UnknownFormatException.class, () -> state.apply(1, longer));
    assertArrayEquals(before, Logs.image(0, state));
  }

  @Example
  void aSnapshotWhoseCountersAreNotSortedIsRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CheckedOutputStream checked = new CheckedOutputStream(bytes, new CRC32C());
    DataOutputStream out = new DataOutputStream(checked);
    out.writeInt(0x53435253);
    out.writeByte(1);
    out.writeLong(7);
    out.writeInt(0);
    out.writeInt(1);
    out.writeUTF("n");
    out.writeInt(2);
    out.writeUTF("b");
    out.writeLong(1);
    out.writeUTF("a");
    out.writeLong(1);
    out.writeInt(0);
    out.writeInt((int) checked.getChecksum().getValue());
    String message =
        assertThrows(IOException.class, () -> Logs.load(bytes.toByteArray())).getMessage();
    assertTrue(message.contains("'a' comes after 'b'"), message);
  }

  @Property(tries = 300)
  void aSnapshotWithAnyByteChangedIsRefused(@ForAll long seed, @ForAll @IntRange(min = 1) int by) {
    ReplicatedState state = new ReplicatedState();
    List<byte[]> log = Logs.random(seed, 20);
    for (int i = 0; i < log.size(); i++) {
      state.apply(i, log.get(i));
    }
    byte[] image = Logs.image(20, state);
    Random random = new Random(seed);
    int at = random.nextInt(image.length);
    image[at] ^= (byte) (1 + (by % 255));
    assertThrows(IOException.class, () -> Logs.load(image));
    byte[] cut = Arrays.copyOf(image, at);
    assertThrows(
        IOException.class,
        () -> Snapshot.read(new ByteArrayInputStream(cut), new ReplicatedState()));
  }
}
