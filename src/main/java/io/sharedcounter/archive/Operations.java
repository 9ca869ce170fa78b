package io.sharedcounter.archive;

import io.sharedcounter.core.Operation;
import java.util.Locale;

/** The numbers of the operations in the file format; they never change. Stateless, thread-safe. */
final class Operations {
  static final int REMOVE = 7;

  private static final Operation[] BY_NUMBER = {
    Operation.GET, // 1
    Operation.SET,
    Operation.GET_SET,
    Operation.INCREMENT, // 4
    Operation.GET_INCREMENT,
    Operation.COMPARE_AND_SET,
    Operation.REMOVE, // 7
    Operation.LOCK,
  };

  private Operations() {}

  static int number(Operation operation) {
    return switch (operation) {
      case GET -> 1;
      case SET -> 2;
      case GET_SET -> 3;
      case INCREMENT -> 4;
      case GET_INCREMENT -> 5;
      case COMPARE_AND_SET -> 6;
      case REMOVE -> REMOVE;
      case LOCK -> 8;
      case RENEW, UNLOCK, BREAK_LOCK -> throw new AssertionError(operation);
    };
  }

  static boolean isKnown(int number) {
    return number >= 1 && number <= BY_NUMBER.length;
  }

  /** Returns the operation as the Java API calls it, e.g. {@code getIncrement}. */
  static String name(int number) {
    StringBuilder name = new StringBuilder();
    for (String word : BY_NUMBER[number - 1].name().toLowerCase(Locale.ROOT).split("_", -1)) {
      name.append(
          name.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return name.toString();
  }

  static boolean adds(int number) {
    return number == 4 || number == 5;
  }
}
