package io.sharedcounter;

import io.sharedcounter.PropertyLines.Entry;
import io.sharedcounter.core.Durability;
import io.sharedcounter.core.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Turns the keys of a properties file into a configuration.
 *
 * <p>What has been read is checked after each key, so that an error can name its line. Confined to
 * one thread.
 */
final class ConfigFile {
  private static final String NAMESPACE = "namespace.";
  private static final String DURABILITY = ".durability";
  private static final String CLUSTER = "cluster.";
  private static final String KEYS =
      "data.directory, http.host, http.port, http.users, http.policy, http.pages, "
          + "http.tls.keystore, http.tls.password, instance, lock-wait, max-counters, "
          + "counter-mbeans, cluster.<setting>, namespace.<name>";
  private static final String NAMESPACE_KEYS =
      "max-counters, counter-mbeans, lock-wait, durability, flush, archive.keep, snapshot.every,"
          + " snapshot.keep";

  private final Map<String, Entry> entries;
  private final SharedCountersConfig.Builder config = SharedCountersConfig.builder();
  private final ClusterKeys cluster = new ClusterKeys();
  private final Map<String, NamespaceConfig.Builder> namespaces = new LinkedHashMap<>();

  ConfigFile(Map<String, Entry> entries) {
    this.entries = entries;
  }

  /**
   * Returns the configuration.
   *
   * @throws IllegalArgumentException that names file, line, key, what was found and what is allowed
   */
  SharedCountersConfig config() {
    // A namespace may have its settings before the line that declares it.
    entries.values().stream().filter(ConfigFile::isDeclaration).forEach(this::declare);
    // Whether flush may be there depends on the durability.
    entries.values().stream()
        .filter(ConfigFile::isDurability)
        .forEach(entry -> checked(entry, this::setNamespace));
    for (Entry entry : entries.values()) {
      if (entry.key().startsWith(CLUSTER)) {
        checked(entry, cluster::set);
      } else if (!entry.key().startsWith(NAMESPACE)) {
        checked(entry, this::set);
      } else if (!isDeclaration(entry) && !isDurability(entry)) {
        checked(entry, this::setNamespace);
      }
    }
    namespaces.values().forEach(namespace -> config.namespace(namespace.build()));
    checkTls();
    cluster
        .firstKey()
        .ifPresent(entry -> checked(entry, all -> config.cluster(cluster.settings())));
    return config.build();
  }

  private static boolean isDeclaration(Entry entry) {
    return entry.key().startsWith(NAMESPACE) && entry.key().indexOf('.', NAMESPACE.length()) < 0;
  }

  private static boolean isDurability(Entry entry) {
    return entry.key().startsWith(NAMESPACE)
        && entry.key().endsWith(DURABILITY)
        && entry.key().indexOf('.', NAMESPACE.length()) == entry.key().lastIndexOf('.');
  }

  private void declare(Entry entry) {
    checked(
        entry,
        declaration -> {
          String name = declaration.key().substring(NAMESPACE.length());
          NamespaceConfig.Builder namespace = NamespaceConfig.builder(name);
          namespace.features(words(declaration.value())).build();
          namespaces.put(name, namespace);
        });
  }

  private void setNamespace(Entry entry) {
    String name =
        entry.key().substring(NAMESPACE.length(), entry.key().indexOf('.', NAMESPACE.length()));
    String setting = entry.key().substring(NAMESPACE.length() + name.length() + 1);
    NamespaceConfig.Builder namespace = namespaces.get(name);
    if (namespace == null) {
      throw new IllegalArgumentException(
          "the namespace is not declared; add " + NAMESPACE + Names.escaped(name) + " =");
    }
    switch (setting) {
      case "max-counters" -> namespace.maxCounters(count(entry));
      case "counter-mbeans" -> namespace.counterMBeans(count(entry));
      case "lock-wait" -> namespace.lockWait(duration(entry));
      case "durability" -> namespace.durability(durability(entry));
      case "flush" -> namespace.flush(duration(entry));
      case "archive.keep" -> namespace.archiveKeep(duration(entry));
      case "snapshot.keep" -> namespace.snapshotKeep(count(entry));
      case "snapshot.every" -> namespace.interval(duration(entry));
      default ->
          throw new IllegalArgumentException(
              "this key is not known; a namespace has " + NAMESPACE_KEYS);
    }
    namespace.build();
  }

  private void set(Entry entry) {
    String value = entry.value().strip();
    switch (entry.key()) {
      case "data.directory" -> config.dataDirectory(path(entry));
      case "http.host" -> config.httpHost(value);
      case "http.port" -> config.httpPort(count(entry));
      case "http.users" -> config.httpUsers(path(entry));
      case "http.policy" -> config.httpPolicy(path(entry));
      case "http.pages" -> config.httpPages(path(entry));
      case "http.tls.keystore" -> config.httpKeystore(path(entry));
      case "http.tls.password" -> config.httpPassword(entry.value());
      case "instance" -> config.instance(value);
      case "lock-wait" -> config.lockWait(duration(entry));
      case "max-counters" -> config.maxCounters(count(entry));
      case "counter-mbeans" -> config.counterMBeans(count(entry));
      default -> throw new IllegalArgumentException("this key is not known; use " + KEYS);
    }
    if (!entry.key().startsWith("http.tls.")) {
      config.build();
    }
  }

  /** The two settings of TLS need each other, so that they are checked when both have been read. */
  private void checkTls() {
    Entry entry = entries.getOrDefault("http.tls.keystore", entries.get("http.tls.password"));
    if (entry != null) {
      checked(entry, both -> config.build());
    }
  }

  private static void checked(Entry entry, Consumer<Entry> reader) {
    try {
      reader.accept(entry);
    } catch (IllegalArgumentException e) {
      throw entry.refused(Names.escaped(entry.key()) + ": " + e.getMessage());
    }
  }

  private static List<String> words(String value) {
    List<String> words = new ArrayList<>();
    if (!value.isBlank()) {
      Arrays.stream(value.split(",", -1)).map(String::strip).forEach(words::add);
    }
    return words;
  }

  private static int count(Entry entry) {
    return parsed(entry, Integer::parseInt, "a whole number");
  }

  static Duration duration(Entry entry) {
    return parsed(entry, Duration::parse, "a duration such as PT30S or PT5M");
  }

  static Path path(Entry entry) {
    return parsed(
        entry,
        value -> {
          if (value.isEmpty()) {
            throw new IllegalArgumentException("empty");
          }
          return Path.of(value);
        },
        "a path");
  }

  private static Durability durability(Entry entry) {
    return parsed(entry, ConfigFile::durability, "power-loss, process-kill or eventual");
  }

  /** Returns the word for the level in files and in MBeans. */
  static String word(Durability level) {
    return level.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Durability durability(String word) {
    for (Durability level : Durability.values()) {
      if (word(level).equals(word)) {
        return level;
      }
    }
    throw new IllegalArgumentException(word);
  }

  private static <T> T parsed(Entry entry, Function<String, T> parser, String allowed) {
    String value = entry.value().strip();
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'" + Names.escaped(value) + "' is not allowed; use " + allowed, e);
    }
  }
}
