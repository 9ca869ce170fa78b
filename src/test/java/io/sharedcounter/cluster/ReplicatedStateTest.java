package io.sharedcounter.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.cluster.BatchReply.Status;
import io.sharedcounter.core.Change;
import io.sharedcounter.core.Operation;
import io.sharedcounter.core.Reply.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReplicatedStateTest {
  private final ReplicatedState state = new ReplicatedState();
  private long index;
  private long number;

  @Test
  void theAncestorsSelfTestComesOutTheSame() {
    register();
    StringBuilder said = new StringBuilder();
    said.append(ask(Operation.GET, 0).after()).append(' ');
    said.append(ask(Operation.SET, 5).after()).append(' ');
    said.append(ask(Operation.GET_SET, 10).before()).append(' ');
    said.append(ask(Operation.GET_SET, 15).before()).append(' ');
    said.append(ask(Operation.GET_INCREMENT, 1).before()).append(' ');
    said.append(ask(Operation.GET_INCREMENT, 1).before()).append(' ');
    said.append(ask(Operation.INCREMENT, 1).after()).append(' ');
    said.append(ask(Operation.INCREMENT, 1).after()).append(' ');
    said.append(ask(Operation.INCREMENT, 5).after());
    assertEquals("0 5 5 10 15 16 18 19 24", said.toString());
  }

  @Test
  void anEntryKeepsItsBytesOverVersions() {
    Change change = Change.of(Operation.INCREMENT, 5, Change.APP);
    byte[] entry = new Batch(7, 1, 1_000, List.of(Request.of("n", 9, "c", change))).encode();
    assertEquals(
        "0102"
            + "0000000000000007"
            + "0000000000000001"
            + "00000000000003e8"
            + "00"
            + "00016e"
            + "00000009"
            + "0001"
            + "04"
            + "00"
            + "000163"
            + "0000000000000005"
            + "0000000000000000"
            + "0000"
            + "0003617070"
            + "0000",
        HexFormat.of().formatHex(entry));
  }

  @Test
  void anUnknownVersionKindOrOperationIsRefused() {
    register();
    byte[] version = Logs.batch(0, 1, Logs.request(Operation.GET, "a", 0));
    version[0] = 2;
    assertThrows(UnknownFormatException.class, () -> state.apply(1, version));
    byte[] kind = Logs.batch(0, 1, Logs.request(Operation.GET, "a", 0));
    kind[1] = 9;
    assertThrows(UnknownFormatException.class, () -> state.apply(1, kind));
    byte[] code = Logs.batch(0, 1, Logs.request(Operation.GET, "a", 0));
    int at = 2 + 24 + 1 + 3 + 4 + 2;
    assertEquals(Code.GET.number(), code[at]);
    code[at] = 12;
    assertThrows(UnknownFormatException.class, () -> state.apply(1, code));
    assertEquals(0, state.namespace("n").counters().size());
  }

  @Test
  void anUnknownSessionIsToldSoAndNothingIsApplied() {
    byte[] reply = state.apply(5, Logs.batch(3, 1, Logs.request(Operation.INCREMENT, "a", 1)));
    assertEquals(Status.NO_SESSION, BatchReply.decode(reply).status());
    assertTrue(state.namespaces().isEmpty());
  }

  @Test
  void aBatchOutOfTurnIsNotApplied() {
    register();
    ask(Operation.INCREMENT, 1);
    ask(Operation.INCREMENT, 1);
    byte[] old = state.apply(9, Logs.batch(0, 1, Logs.request(Operation.INCREMENT, "bongo", 1)));
    assertEquals(Status.OUT_OF_TURN, BatchReply.decode(old).status());
    byte[] early = state.apply(9, Logs.batch(0, 4, Logs.request(Operation.INCREMENT, "bongo", 1)));
    assertEquals(Status.OUT_OF_TURN, BatchReply.decode(early).status());
    assertEquals(2, ask(Operation.GET, 0).after());
  }

  @Test
  void ofTooManySessionsTheLeastRecentlyUsedIsForgotten() {
    for (int i = 0; i < ReplicatedState.MAX_SESSIONS; i++) {
      state.apply(i, Batch.register().encode());
    }
    state.apply(1_000, Logs.batch(0, 1, Logs.request(Operation.GET, "a", 0)));
    state.apply(1_001, Batch.register().encode());
    assertEquals(ReplicatedState.MAX_SESSIONS, state.sessions().size());
    assertTrue(state.sessions().containsKey(0L));
    assertFalse(state.sessions().containsKey(1L));
  }

  @Test
  void aFullNamespaceCreatesNoMore() {
    register();
    Change get = Change.of(Operation.GET, 0, Change.APP);
    assertEquals(Outcome.DONE, send(Request.of("n", 1, "a", get)).outcome());
    assertEquals(Outcome.LIMIT, send(Request.of("n", 1, "b", get)).outcome());
    assertEquals(Outcome.DONE, send(Request.of("n", 1, "a", get)).outcome());
  }

  @Test
  void aLockKeepsOthersOutUntilItIsReleased() {
    register();
    Change lock = Change.lock(5_000, Change.APP);
    String token = Objects.requireNonNull(lock.token());
    assertEquals(Outcome.DONE, send(Request.of("n", 10, "bongo", lock)).outcome());
    Answer refused = ask(Operation.INCREMENT, 1);
    assertEquals(Outcome.LOCKED, refused.outcome());
    assertTrue(refused.lock().orElseThrow().holder().startsWith("app (thread "));
    assertEquals(6_000, refused.lock().orElseThrow().until());
    Change mine = Change.of(Operation.INCREMENT, 1, Change.APP).under(token);
    assertEquals(1, send(Request.of("n", 10, "bongo", mine)).after());
    Change unlock = Change.of(Operation.UNLOCK, 0, Change.APP).under(token);
    assertEquals(Outcome.DONE, send(Request.of("n", 10, "bongo", unlock)).outcome());
    assertEquals(2, ask(Operation.INCREMENT, 1).after());
    assertEquals(Outcome.NOT_LOCKED, send(Request.of("n", 10, "bongo", mine)).outcome());
  }

  @Test
  void anExpiryEndsExactlyTheLeaseItNames() {
    register();
    Change lock = Change.lock(5_000, Change.APP);
    String token = Objects.requireNonNull(lock.token());
    send(Request.of("n", 10, "bongo", lock));
    long first = Objects.requireNonNull(state.namespace("n").leases().get("bongo")).index();
    send(Request.of("n", 10, "bongo", Change.renew(token, 5_000, Change.APP)));
    long second = Objects.requireNonNull(state.namespace("n").leases().get("bongo")).index();
    assertEquals(Outcome.NOT_LOCKED, send(Request.expire("n", "bongo", token, first)).outcome());
    assertEquals(Outcome.LOCKED, ask(Operation.INCREMENT, 1).outcome());
    assertEquals(Outcome.DONE, send(Request.expire("n", "bongo", token, second)).outcome());
    assertEquals(Outcome.DONE, ask(Operation.INCREMENT, 1).outcome());
    assertTrue(state.namespace("n").leases().isEmpty());
  }

  @Test
  void aPeekNeverCreates() {
    register();
    assertEquals(Outcome.MISSING, send(Request.peek("n", "bongo")).outcome());
    assertEquals(0, state.namespace("n").counters().size());
    ask(Operation.SET, 7);
    assertEquals(7, send(Request.peek("n", "bongo")).after());
  }

  @Test
  void aNewerSnapshotIsRefused() {
    byte[] image = Logs.image(1, state);
    assertEquals(0x53435253, ByteBuffer.wrap(image).getInt());
    image[4] = 2;
    assertThrows(IOException.class, () -> Logs.load(image));
  }

  private void register() {
    assertEquals(
        Status.REGISTERED,
        BatchReply.decode(state.apply(index++, Batch.register().encode())).status());
  }

  private Answer ask(Operation operation, long argument) {
    return send(Logs.request(operation, "bongo", argument));
  }

  private Answer send(Request request) {
    BatchReply reply = BatchReply.decode(state.apply(index++, Logs.batch(0, ++number, request)));
    assertEquals(Status.APPLIED, reply.status());
    return reply.answers().get(0);
  }
}
