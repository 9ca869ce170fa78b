package io.sharedcounter;

import io.sharedcounter.cluster.ClusterSettings;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Names;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.management.MBeanServer;

/**
 * What a {@link SharedCounters} is to be: its namespaces and its faces.
 *
 * <p>As built by {@code builder().build()}: any namespace, in memory, with MBeans on the platform's
 * MBean server, without HTTP. Immutable.
 */
public final class SharedCountersConfig {
  /** How many counters of a namespace get an MBean of their own unless it says otherwise. */
  public static final int DEFAULT_COUNTER_MBEANS = 1_000;

  private final String instance;
  private final Optional<MBeanServer> mBeanServer;
  private final boolean hasJmx;
  private final Optional<HttpConfig> http;
  private final Optional<InstantSource> clock;
  private final Optional<Path> dataDirectory;
  private final Optional<ClusterSettings> cluster;
  private final NamespaceConfig common;
  private final Map<String, NamespaceConfig> namespaces;

  private SharedCountersConfig(Builder from) {
    instance = from.instance;
    mBeanServer = from.mBeanServer;
    hasJmx = from.hasJmx;
    http = from.http;
    clock = from.clock;
    dataDirectory = from.dataDirectory;
    cluster = from.cluster;
    common = from.common.build();
    namespaces = Collections.unmodifiableMap(new LinkedHashMap<>(from.namespaces));
  }

  /** Starts a configuration. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads a configuration from a file in the format of {@code java.util.Properties}, in UTF-8. HTTP
   * is on if the file has a key that starts with {@code http.}; relative paths in it start at the
   * working directory.
   *
   * @throws IllegalArgumentException that names the file, the line, the key, what was found and
   *     what is allowed, for an unknown or repeated key, a value that is not allowed, or settings
   *     that contradict each other
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public static SharedCountersConfig load(Path file) {
    return new ConfigFile(PropertyLines.read(file)).config();
  }

  /** Starts a configuration that begins as a copy of this one. */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.instance = instance;
    copy.mBeanServer = mBeanServer;
    copy.hasJmx = hasJmx;
    copy.http = http;
    copy.clock = clock;
    copy.dataDirectory = dataDirectory;
    copy.cluster = cluster;
    copy.common = common.toBuilder();
    copy.namespaces.putAll(namespaces);
    return copy;
  }

  /** Returns the declared namespaces by name, in the order in which they were declared. */
  public Map<String, NamespaceConfig> namespaces() {
    return namespaces;
  }

  /** Returns where the namespaces keep their files, if any do. */
  public Optional<Path> dataDirectory() {
    return dataDirectory;
  }

  /** Returns the file of the users that Jolokia asks for; empty: it asks for none. */
  public Optional<Path> httpUsers() {
    return http.flatMap(HttpConfig::users);
  }

  /** Returns how this process takes part in a cluster; empty if it does not. */
  public Optional<ClusterSettings> cluster() {
    return cluster;
  }

  /** Returns the name of the instance; empty if it has none. */
  String instance() {
    return instance;
  }

  Optional<HttpConfig> http() {
    return http;
  }

  /** Returns where the MBeans go, or empty for no MBeans. */
  Optional<MBeanServer> mBeanServer() {
    return hasJmx
        ? Optional.of(mBeanServer.orElseGet(ManagementFactory::getPlatformMBeanServer))
        : Optional.empty();
  }

  /**
   * Returns what the namespace of that name is to be.
   *
   * @throws IllegalArgumentException if it is not declared, and others are
   */
  NamespaceConfig namespace(String name) {
    NamespaceConfig declared = namespaces.get(Names.checkNamespace(name));
    if (declared != null) {
      return declared;
    }
    NamespaceConfig any = namespaces.get(NamespaceConfig.ANY);
    if (any != null) {
      return any.named(name);
    }
    if (namespaces.isEmpty()) {
      return NamespaceConfig.builder(name).build();
    }
    throw new IllegalArgumentException(
        "namespace '"
            + name
            + "' is not declared, only "
            + String.join(", ", namespaces.keySet())
            + "; declare it, or allow any by namespace.* =");
  }

  /** Returns what the counters of a namespace are told, the common settings filled in. */
  CounterSettings settings(NamespaceConfig namespace) {
    CounterSettings defaults = CounterSettings.of(namespace.name());
    return new CounterSettings(
        namespace.name(),
        namespace.maxCounters().orElse(common.maxCounters().orElse(defaults.maxCounters())),
        namespace.lockWait().or(common::lockWait).orElse(defaults.lockWait()),
        clock.orElse(defaults.clock()));
  }

  int counterMBeans(NamespaceConfig namespace) {
    return namespace.counterMBeans().orElse(common.counterMBeans().orElse(DEFAULT_COUNTER_MBEANS));
  }

  /** Collects what a {@link SharedCounters} is to be. Confined to one thread. */
  public static final class Builder {
    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private String instance = "";
    private Optional<MBeanServer> mBeanServer = Optional.empty();
    private boolean hasJmx = true;
    private Optional<HttpConfig> http = Optional.empty();
    private Optional<InstantSource> clock = Optional.empty();
    private Optional<Path> dataDirectory = Optional.empty();
    private Optional<ClusterSettings> cluster = Optional.empty();
    private NamespaceConfig.Builder common = NamespaceConfig.builder(NamespaceConfig.ANY);
    private final Map<String, NamespaceConfig> namespaces = new LinkedHashMap<>();

    private Builder() {}

    /** Names the instance, {@code [A-Za-z0-9][A-Za-z0-9._-]{0,63}}; a second one needs a name. */
    public Builder instance(String name) {
      instance = name;
      return this;
    }

    /** Registers the MBeans on {@code server} instead of the platform's; not with HTTP. */
    public Builder mBeanServer(MBeanServer server) {
      mBeanServer = Optional.of(server);
      return this;
    }

    /** Says whether there are MBeans; there are unless it is said. */
    public Builder jmx(boolean isOn) {
      hasJmx = isOn;
      return this;
    }

    /** Switches Jolokia on, at {@code http://127.0.0.1:8778/jolokia} unless it is said. */
    public Builder http() {
      http = Optional.of(http.orElse(HttpConfig.LOCAL));
      return this;
    }

    /** Switches Jolokia on, at this address; beyond loopback it needs users and TLS. */
    public Builder httpHost(String host) {
      http = Optional.of(http.orElse(HttpConfig.LOCAL).withHost(host));
      return this;
    }

    /** Switches Jolokia on, at this port; 0 takes a free one. */
    public Builder httpPort(int port) {
      http = Optional.of(http.orElse(HttpConfig.LOCAL).withPort(port));
      return this;
    }

    /** Switches Jolokia on, for the users in this file only. */
    public Builder httpUsers(Path file) {
      http = Optional.of(http.orElse(HttpConfig.LOCAL).withUsers(file));
      return this;
    }

    /** Switches Jolokia on, with this policy instead of the one in the jar. */
    public Builder httpPolicy(Path file) {
      http = Optional.of(http.orElse(HttpConfig.LOCAL).withPolicy(file));
      return this;
    }

    /** Switches Jolokia on, with the pages in this directory beside it, under {@code /}. */
    public Builder httpPages(Path directory) {
      http = Optional.of(http.orElse(HttpConfig.LOCAL).withPages(directory));
      return this;
    }

    /** Switches Jolokia on, by HTTPS with the key in a PKCS12 file. */
    public Builder httpTls(Path keystore, String password) {
      return httpKeystore(keystore).httpPassword(password);
    }

    Builder httpKeystore(Path keystore) {
      http = Optional.of(http.orElse(HttpConfig.LOCAL).withKeystore(keystore));
      return this;
    }

    Builder httpPassword(String password) {
      http = Optional.of(http.orElse(HttpConfig.LOCAL).withPassword(password));
      return this;
    }

    /** Ends leases by this clock, which must not go backwards, instead of a steady one. */
    public Builder clock(InstantSource source) {
      clock = Optional.of(source);
      return this;
    }

    /** Says how long a change waits for somebody else's lock where a namespace does not. */
    public Builder lockWait(Duration longest) {
      common.lockWait(longest);
      return this;
    }

    /** Says how many counters a namespace may hold where it does not say. */
    public Builder maxCounters(int most) {
      common.maxCounters(most);
      return this;
    }

    /** Says how many counters of a namespace get their own MBean where it does not say. */
    public Builder counterMBeans(int most) {
      common.counterMBeans(most);
      return this;
    }

    /** Keeps the files of the namespaces in this directory. */
    public Builder dataDirectory(Path directory) {
      dataDirectory = Optional.of(directory);
      return this;
    }

    /** Makes this process a member of the cluster that keeps the replicated namespaces. */
    public Builder cluster(ClusterSettings member) {
      cluster = Optional.of(member);
      return this;
    }

    /** Declares a namespace, in place of an earlier declaration of that name. */
    public Builder namespace(NamespaceConfig namespace) {
      namespaces.put(namespace.name(), namespace);
      return this;
    }

    /**
     * Returns the configuration.
     *
     * @throws IllegalArgumentException that names the setting and what is allowed if a setting is
     *     out of range or contradicts another
     */
    public SharedCountersConfig build() {
      if (!instance.isEmpty() && !INSTANCE.matcher(instance).matches()) {
        throw new IllegalArgumentException(
            "instance = '" + Names.escaped(instance) + "' is not allowed; use " + INSTANCE);
      }
      http.ifPresent(HttpConfig::check);
      if (http.isPresent() && (!hasJmx || mBeanServer.isPresent())) {
        throw new IllegalArgumentException(
            "HTTP answers from the MBeans on the platform's MBean server; "
                + "switch it off, or drop jmx(false) and mBeanServer(...)");
      }
      return new SharedCountersConfig(this);
    }
  }
}
