package io.sharedcounter.archive;

import org.jspecify.annotations.Nullable;

/**
 * One counter as the file keeps it. Immutable.
 *
 * @param id its number, by which the archive calls it
 * @param name its name
 * @param value its value, or null if it was removed
 * @param version how many transactions it has seen; goes on when it is created again
 * @param last the sequence of the latest of them
 */
record CounterRow(long id, String name, @Nullable Long value, long version, long last) {

  /**
   * Returns what this row adds to the digest of the file: the sum over all counters, modulo 2^64,
   * of a hash of all columns. A damaged value, a lost or a doubled row changes the sum.
   */
  long digest() {
    long hash = addToDigest(beginDigest(id), name);
    return endDigest(hash, value == null, value == null ? 0 : value, version, last);
  }

  /* --------------- The digest in pieces, for who has no row --------------- */

  static long beginDigest(long id) {
    return mix(id + 0x9e3779b97f4a7c15L);
  }

  static long addToDigest(long hash, int letter) {
    return (hash ^ letter) * 0x100000001b3L;
  }

  static long addToDigest(long hash, String letters) {
    long sum = hash;
    for (int i = 0; i < letters.length(); i++) {
      sum = addToDigest(sum, letters.charAt(i));
    }
    return sum;
  }

  static long endDigest(long hash, boolean isAbsent, long value, long version, long last) {
    long sum = mix(hash ^ (isAbsent ? 0x5ca1ab1e0ddba11L : value));
    sum = mix(sum ^ (isAbsent ? 1 : 2));
    return mix(mix(sum ^ version) ^ last);
  }

  /** The finalizer of splitmix64 (Steele, Lea, Flood 2014), a bijection. */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
