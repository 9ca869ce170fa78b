package io.sharedcounter;

import io.sharedcounter.core.Durability;
import io.sharedcounter.core.Names;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What one namespace is to be: its features and its limits.
 *
 * <p>Everything is off unless it is said: a plain namespace counts in memory. Immutable.
 */
public final class NamespaceConfig {
  /** The name that stands for every namespace that is not declared by its own. */
  public static final String ANY = "*";

  private final String name;
  private final Set<Feature> features;
  private final Optional<Durability> durability;
  private final Optional<Duration> snapshotEvery;
  private final Optional<Duration> flush;
  private final Optional<Duration> archiveKeep;
  private final OptionalInt snapshotKeep;
  private final OptionalInt maxCounters;
  private final OptionalInt counterMBeans;
  private final Optional<Duration> lockWait;

  private NamespaceConfig(Builder from) {
    name = from.name;
    features = Collections.unmodifiableSet(EnumSet.copyOf(from.features));
    durability = from.durability;
    snapshotEvery = from.snapshotEvery;
    flush = from.flush;
    archiveKeep = from.archiveKeep;
    snapshotKeep = from.snapshotKeep;
    maxCounters = from.maxCounters;
    counterMBeans = from.counterMBeans;
    lockWait = from.lockWait;
  }

  /**
   * Starts the declaration of a namespace.
   *
   * @param name {@code [a-z0-9][a-z0-9_-]{0,63}}, or {@link #ANY}
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static Builder builder(String name) {
    return new Builder(name.equals(ANY) ? name : Names.checkNamespace(name));
  }

  /** Starts a declaration that begins as a copy of this one. */
  public Builder toBuilder() {
    return copyAs(name);
  }

  /** Returns the name of the namespace, or {@link #ANY}. */
  public String name() {
    return name;
  }

  /** Returns the words of its features, for example {@code [archive, snapshot]}. */
  public List<String> features() {
    return features.stream().map(Feature::word).toList();
  }

  /** Returns what an archived change survives; empty if the namespace is not archived. */
  public Optional<Durability> durability() {
    return durability;
  }

  /** Returns the time between two snapshots; empty if none are taken. */
  public Optional<Duration> snapshotEvery() {
    return snapshotEvery;
  }

  /** Returns how often a change that is only queued is written; empty if it did not say. */
  public Optional<Duration> flush() {
    return flush;
  }

  /** Returns how long transactions stay that a snapshot covers; empty: for ever. */
  public Optional<Duration> archiveKeep() {
    return archiveKeep;
  }

  /** Returns how many snapshot files of an archived namespace stay; empty if it did not say. */
  public OptionalInt snapshotKeep() {
    return snapshotKeep;
  }

  /** Returns how many counters it may hold; empty if it did not say. */
  public OptionalInt maxCounters() {
    return maxCounters;
  }

  /** Returns how many of its counters get an MBean of their own; empty if it did not say. */
  public OptionalInt counterMBeans() {
    return counterMBeans;
  }

  /** Returns how long a change waits for somebody else's lock; empty if it did not say. */
  public Optional<Duration> lockWait() {
    return lockWait;
  }

  /** Returns whether it is kept in a file of its own: whether it archives or takes snapshots. */
  public boolean keepsFile() {
    return has(Feature.ARCHIVE) || has(Feature.SNAPSHOT);
  }

  /** Returns whether it is replicated, and each member keeps a record of what it applied. */
  boolean isRecorded() {
    return has(Feature.REPLICATE) && has(Feature.ARCHIVE) && !has(Feature.SNAPSHOT);
  }

  boolean has(Feature feature) {
    return features.contains(feature);
  }

  /** Returns the same declaration for the namespace of that name. */
  NamespaceConfig named(String newName) {
    return copyAs(Names.checkNamespace(newName)).build();
  }

  private Builder copyAs(String newName) {
    Builder copy = new Builder(newName);
    copy.features.addAll(features);
    copy.durability = durability;
    copy.snapshotEvery = snapshotEvery;
    copy.flush = flush;
    copy.archiveKeep = archiveKeep;
    copy.snapshotKeep = snapshotKeep;
    copy.maxCounters = maxCounters;
    copy.counterMBeans = counterMBeans;
    copy.lockWait = lockWait;
    return copy;
  }

  /** Collects what a namespace is to be. Confined to one thread. */
  public static final class Builder {
    private static final Duration DEFAULT_SNAPSHOT_EVERY = Duration.ofMinutes(5);

    private final String name;
    private final EnumSet<Feature> features = EnumSet.noneOf(Feature.class);
    private Optional<Durability> durability = Optional.empty();
    private Optional<Duration> snapshotEvery = Optional.empty();
    private Optional<Duration> flush = Optional.empty();
    private Optional<Duration> archiveKeep = Optional.empty();
    private OptionalInt snapshotKeep = OptionalInt.empty();
    private OptionalInt maxCounters = OptionalInt.empty();
    private OptionalInt counterMBeans = OptionalInt.empty();
    private Optional<Duration> lockWait = Optional.empty();

    private Builder(String name) {
      this.name = name;
    }

    /**
     * Keeps every transaction: each survives {@link Durability#POWER_LOSS} once it is acknowledged,
     * and of a replicated namespace each member writes what it applied into a record of its own.
     */
    public Builder archive() {
      features.add(Feature.ARCHIVE);
      return this;
    }

    /**
     * Keeps every transaction; each survives what {@code level} says once it is acknowledged. Not
     * for a replicated namespace, which a majority's disks keep.
     */
    public Builder archive(Durability level) {
      features.add(Feature.ARCHIVE);
      return durability(level);
    }

    /** Writes the counters to disk every {@code interval}, at least a second, and at the end. */
    public Builder snapshotEvery(Duration interval) {
      features.add(Feature.SNAPSHOT);
      return interval(interval);
    }

    /** Lets the namespace be exported to a document and imported from one. */
    public Builder serialize() {
      features.add(Feature.SERIALIZE);
      return this;
    }

    /** Keeps the namespace in several JVMs, as one. */
    public Builder replicate() {
      features.add(Feature.REPLICATE);
      return this;
    }

    /**
     * Gives the namespace exactly these features, by their words: {@code archive}, {@code
     * snapshot}, {@code serialize}, {@code replicate}. What others had been given is forgotten.
     *
     * @throws IllegalArgumentException if a word is not known, or is there twice
     */
    public Builder features(List<String> words) {
      features.clear();
      for (String word : words) {
        if (!features.add(Feature.of(word))) {
          throw new IllegalArgumentException("feature '" + word + "' is there twice; say it once");
        }
      }
      if (!features.contains(Feature.ARCHIVE) || features.contains(Feature.REPLICATE)) {
        durability = Optional.empty();
        flush = Optional.empty();
      }
      if (!features.contains(Feature.SNAPSHOT)) {
        snapshotEvery = Optional.empty();
      }
      if (!features.contains(Feature.ARCHIVE) || !features.contains(Feature.SNAPSHOT)) {
        archiveKeep = Optional.empty();
        snapshotKeep = OptionalInt.empty();
      }
      return this;
    }

    /** Writes queued changes so often, 1 ms to a minute; needs the durability {@code EVENTUAL}. */
    public Builder flush(Duration interval) {
      flush = Optional.of(interval);
      return this;
    }

    /**
     * Drops transactions that are older than {@code age}, a second or more, once a snapshot covers
     * them; needs an archive and snapshots.
     */
    public Builder archiveKeep(Duration age) {
      archiveKeep = Optional.of(age);
      return this;
    }

    /** Keeps so many snapshot files, 1 to 1000; needs an archive and snapshots. */
    public Builder snapshotKeep(int most) {
      snapshotKeep = OptionalInt.of(most);
      return this;
    }

    /** Allows at most so many counters, 1 or more. */
    public Builder maxCounters(int most) {
      maxCounters = OptionalInt.of(most);
      return this;
    }

    /** Gives the first so many counters an MBean of their own; 0 switches these off. */
    public Builder counterMBeans(int most) {
      counterMBeans = OptionalInt.of(most);
      return this;
    }

    /** Lets a change wait so long for somebody else's lock, up to an hour; zero: not at all. */
    public Builder lockWait(Duration longest) {
      lockWait = Optional.of(longest);
      return this;
    }

    /** Says what an archived change survives; needs the feature archive. */
    Builder durability(Durability level) {
      durability = Optional.of(level);
      return this;
    }

    /** Says when snapshots are taken; needs the feature snapshot. */
    Builder interval(Duration interval) {
      snapshotEvery = Optional.of(interval);
      return this;
    }

    /**
     * Returns the declaration.
     *
     * @throws IllegalArgumentException that names the namespace, the setting and what is allowed if
     *     a setting is out of range or contradicts another
     */
    public NamespaceConfig build() {
      boolean isReplicated = features.contains(Feature.REPLICATE);
      if (features.contains(Feature.ARCHIVE) && durability.isEmpty() && !isReplicated) {
        durability = Optional.of(Durability.POWER_LOSS);
      }
      if (features.contains(Feature.SNAPSHOT) && snapshotEvery.isEmpty()) {
        snapshotEvery = Optional.of(DEFAULT_SNAPSHOT_EVERY);
      }
      String subject = name.equals(ANY) ? "" : "namespace '" + name + "': ";
      if (durability.isPresent() && isReplicated) {
        throw new IllegalArgumentException(
            subject
                + "durability is set on a replicated namespace, which a majority's disks keep; drop"
                + " it");
      }
      Limits.needs(durability.isPresent(), subject + "durability", features, Feature.ARCHIVE);
      Limits.needs(
          snapshotEvery.isPresent(), subject + "snapshot.every", features, Feature.SNAPSHOT);
      for (Feature needed : List.of(Feature.ARCHIVE, Feature.SNAPSHOT)) {
        Limits.needs(archiveKeep.isPresent(), subject + "archive.keep", features, needed);
        Limits.needs(snapshotKeep.isPresent(), subject + "snapshot.keep", features, needed);
      }
      if (flush.isPresent() && !durability.equals(Optional.of(Durability.EVENTUAL))) {
        throw new IllegalArgumentException(
            subject + "flush is set without the durability eventual; add it or drop this");
      }
      flush.ifPresent(interval -> Limits.checkFlush(subject, interval));
      archiveKeep.ifPresent(age -> Limits.checkArchiveKeep(subject, age));
      snapshotKeep.ifPresent(most -> Limits.checkSnapshotKeep(subject, most));
      maxCounters.ifPresent(most -> Limits.checkMaxCounters(subject, most));
      counterMBeans.ifPresent(most -> Limits.checkCounterMBeans(subject, most));
      lockWait.ifPresent(longest -> Limits.checkLockWait(subject, longest));
      snapshotEvery.ifPresent(interval -> Limits.checkSnapshotEvery(subject, interval));
      return new NamespaceConfig(this);
    }
  }
}
