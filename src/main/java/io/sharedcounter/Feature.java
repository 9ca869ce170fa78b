package io.sharedcounter;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What a namespace can do beyond counting in memory. Immutable. */
enum Feature {
  ARCHIVE,
  SNAPSHOT,
  SERIALIZE,
  REPLICATE;

  /** Returns the word for it in files, on command lines and in MBeans. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the feature of that word.
   *
   * @throws IllegalArgumentException that shows the word and lists those that are allowed
   */
  static Feature of(String word) {
    for (Feature feature : values()) {
      if (feature.word().equals(word)) {
        return feature;
      }
    }
    throw new IllegalArgumentException(
        "feature '" + word + "' is not known; use " + words(Arrays.asList(values())));
  }

  /** Returns the words, separated by commas. */
  static String words(Iterable<Feature> features) {
    return StreamSupport.stream(features.spliterator(), false)
        .map(Feature::word)
        .collect(Collectors.joining(", "));
  }
}
