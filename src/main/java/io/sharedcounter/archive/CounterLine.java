package io.sharedcounter.archive;

import java.nio.charset.StandardCharsets;

/**
 * Goes through lines of text, a counter each: {@code id value version sequence name}, the value "-"
 * where there is none. Names have no control characters, so a line feed ends them. Makes no objects
 * and has small loops, which are compiled soon: it runs a million times in the first second of a
 * process. Confined to one thread.
 */
final class CounterLine {
  /** The line of a row of the table {@code counter}, in SQL. */
  static final String SQL =
      "format('%d %s %d %d %s', id, ifnull(value, '-'), version, sequence, name)";

  private final byte[] text;
  private int at;
  private int start;
  private int name;
  private int end;
  private long id;
  private boolean isAbsent;
  private long value;
  private long version;
  private long last;
  private int hash;
  private long digest;

  /** Stands before the line that begins there. */
  CounterLine(byte[] text, int start) {
    this.text = text;
    this.at = start;
  }

  /**
   * Goes to the next line, if there is one.
   *
   * @throws IllegalArgumentException if it is not as it should be
   */
  boolean next() {
    if (at >= text.length) {
      return false;
    }
    start = at;
    id = number();
    isAbsent = at + 1 < text.length && text[at] == '-' && text[at + 1] == ' ';
    if (isAbsent) {
      at += 2;
    } else {
      value = number();
    }
    version = number();
    last = number();
    name = at;
    while (at < text.length && text[at] != '\n') {
      at++;
    }
    end = at;
    at++;
    return true;
  }

  private long number() {
    boolean isNegative = at < text.length && text[at] == '-';
    if (isNegative) {
      at++;
    }
    int first = at;
    long number = 0;
    while (at < text.length && text[at] >= '0' && text[at] <= '9') {
      number = 10 * number - (text[at] - '0');
      at++;
    }
    if (at == first || at == text.length || text[at] != ' ') {
      throw new IllegalArgumentException("a counter has a column that is no number");
    }
    at++;
    return isNegative ? number : -number;
  }

  /** Makes {@link #hash} and {@link #digest} those of the line. */
  void sum() {
    int mixed = 0;
    long sum = CounterRow.beginDigest(id);
    int signs = 0;
    for (int i = name; i < end; i++) {
      int letter = text[i];
      signs |= letter;
      mixed = 31 * mixed + letter;
      sum = CounterRow.addToDigest(sum, letter);
    }
    if (signs < 0) {
      // Not ASCII, so bytes are not letters.
      String letters = name();
      mixed = letters.hashCode();
      sum = CounterRow.addToDigest(CounterRow.beginDigest(id), letters);
    }
    hash = mixed;
    digest = CounterRow.endDigest(sum, isAbsent, value, version, last);
  }

  /** Returns where the line begins. */
  int start() {
    return start;
  }

  long id() {
    return id;
  }

  /** Returns whether the counter was removed. */
  boolean isAbsent() {
    return isAbsent;
  }

  long last() {
    return last;
  }

  /** Returns {@link CounterRow#digest} of the line that was summed. */
  long digest() {
    return digest;
  }

  /**
   * Returns the hash of the name of the line that was summed, as {@link String#hashCode} has it.
   */
  int hash() {
    return hash;
  }

  String name() {
    return new String(text, name, end - name, StandardCharsets.UTF_8);
  }

  CounterRow row() {
    return new CounterRow(id, name(), isAbsent ? null : (Long) value, version, last);
  }
}
