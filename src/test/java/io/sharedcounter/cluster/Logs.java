package io.sharedcounter.cluster;

import io.sharedcounter.core.Change;
import io.sharedcounter.core.Operation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Logs for the tests of the replicated state, made from a seed. Stateless, thread-safe. */
final class Logs {
  private static final String[] NAMES = {"a", "b", "c", "größe", "\ud83d\ude00"};
  private static final List<Code> CODES = List.of(Code.values());
  private static final String[] TOKENS = {"", "", "", "t1", "t2"};
  private static final long[] NUMBERS = {
    0, 1, -1, 5, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE + 1
  };

  private Logs() {}

  static Request request(Operation operation, String name, long argument) {
    return Request.of("n", 100, name, Change.of(operation, argument, Change.APP));
  }

  static byte[] batch(long session, long number, Request... requests) {
    return new Batch(session, number, 1_000, List.of(requests)).encode();
  }

  /** Makes a log in which sessions register, send, re-send and skip. */
  static List<byte[]> random(long seed, int entries) {
    Random random = new Random(seed);
    List<byte[]> log = new ArrayList<>();
    List<long[]> sessions = new ArrayList<>();
    List<byte[]> last = new ArrayList<>();
    for (int index = 0; index < entries; index++) {
      int dice = random.nextInt(20);
      if (sessions.isEmpty() || dice == 0) {
        sessions.add(new long[] {index, 0});
        last.add(Batch.register().encode());
        log.add(Batch.register().encode());
        continue;
      }
      int s = random.nextInt(sessions.size());
      long[] session = sessions.get(s);
      if (dice <= 3 && session[1] > 0) {
        log.add(last.get(s));
      } else if (dice == 4) {
        log.add(batch(session[0], session[1] + 2 + random.nextInt(2), randomRequest(random)));
      } else {
        Request[] requests = new Request[1 + random.nextInt(5)];
        for (int i = 0; i < requests.length; i++) {
          requests[i] = randomRequest(random);
        }
        byte[] entry = batch(session[0], ++session[1], requests);
        last.set(s, entry);
        log.add(entry);
      }
    }
    return log;
  }

  static Request randomRequest(Random random) {
    Code code = CODES.get(random.nextInt(CODES.size()));
    String token = TOKENS[random.nextInt(TOKENS.length)];
    if (code == Code.LOCK || code == Code.RENEW || code == Code.UNLOCK || code == Code.EXPIRE) {
      token = random.nextBoolean() ? "t1" : "t2";
    }
    long argument = NUMBERS[random.nextInt(NUMBERS.length)];
    if (code == Code.LOCK || code == Code.RENEW) {
      argument = 1L + random.nextInt(600_000);
    } else if (code == Code.EXPIRE) {
      argument = random.nextInt(100);
    } else if (code == Code.IMPORT) {
      argument = 1L + random.nextInt(3);
    }
    return new Request(
        code,
        random.nextBoolean() ? "n" : "other",
        3 + random.nextInt(2),
        NAMES[random.nextInt(NAMES.length)],
        argument,
        NUMBERS[random.nextInt(NUMBERS.length)],
        token,
        "jmx:me",
        code == Code.LOCK ? "me" : "",
        code == Code.IMPORT ? randomValues(random) : Collections.emptySortedMap());
  }

  static SortedMap<String, Long> randomValues(Random random) {
    SortedMap<String, Long> values = new TreeMap<>();
    for (String name : NAMES) {
      if (random.nextBoolean()) {
        values.put(name, NUMBERS[random.nextInt(NUMBERS.length)]);
      }
    }
    return values;
  }

  /** Returns the state, bit by bit. */
  static byte[] image(long index, ReplicatedState state) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      new Snapshot(index, state).write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static ReplicatedState load(byte[] image) throws IOException {
    ReplicatedState state = new ReplicatedState();
    Snapshot.read(new ByteArrayInputStream(image), state);
    return state;
  }
}
