package io.sharedcounter;

import io.sharedcounter.archive.History;
import io.sharedcounter.archive.Transaction;
import io.sharedcounter.cluster.Cluster;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.Recorder;
import io.sharedcounter.document.Documents;
import io.sharedcounter.http.JolokiaEndpoint;
import io.sharedcounter.jmx.ClusterFacts;
import io.sharedcounter.jmx.ClusterMBean;
import io.sharedcounter.jmx.InstanceFacts;
import io.sharedcounter.jmx.InstanceMBean;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.MBeanServer;

/**
 * The counters of an application: its open namespaces, their MBeans, and Jolokia if asked for.
 *
 * <p>Several may be open in one JVM if they have different instance names and no namespace in
 * common. After {@link #close()} every operation, of the registries, counters and locks too, throws
 * {@link IllegalStateException}. Thread-safe.
 */
public final class SharedCounters implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SharedCounters.class.getName());
  private static final AtomicLong OPENED = new AtomicLong();

  private final SharedCountersConfig config;
  private final boolean isGlobal;
  private final String instanceId;
  private final long openedNanos = System.nanoTime();
  private final ConcurrentMap<String, OpenNamespace> namespaces = new ConcurrentHashMap<>();
  private final Closing openedNamespaces = new Closing();
  private final SurvivingNamespaces surviving;
  private final Closing faces = new Closing();
  private Optional<URI> jolokiaUrl = Optional.empty();
  private Optional<Cluster> cluster = Optional.empty();
  private boolean isClosed;

  private SharedCounters(SharedCountersConfig config, boolean isGlobal) {
    this.config = config;
    this.isGlobal = isGlobal;
    surviving = openedNamespaces.add(new SurvivingNamespaces(config.dataDirectory()));
    String name = config.instance().isEmpty() ? "sharedcounter" : config.instance();
    instanceId = name + "@" + ProcessHandle.current().pid() + "#" + OPENED.incrementAndGet();
  }

  /**
   * Opens counters in memory: any namespace, MBeans registered, no HTTP.
   *
   * @throws IllegalStateException if another instance without a name is open in this JVM
   */
  public static SharedCounters open() {
    return open(SharedCountersConfig.builder().build());
  }

  /**
   * Opens what {@code config} says, with the namespaces that it declares. Leaves nothing behind
   * when it throws.
   *
   * @throws IllegalArgumentException if the configuration asks for what there is not, or for what
   *     is not safe
   * @throws IllegalStateException if a namespace, the name of the instance or the port is taken, or
   *     a jar is missing; the message names it
   */
  public static SharedCounters open(SharedCountersConfig config) {
    return open(new SharedCounters(config, false));
  }

  /**
   * Returns the one instance of the JVM. Its first use opens it from the file that the system
   * property {@code sharedcounter.config} names, or in memory. It stays open until the JVM ends.
   *
   * @throws RuntimeException as {@link SharedCountersConfig#load} and {@link
   *     #open(SharedCountersConfig)} do; the next call tries again
   */
  public static SharedCounters global() {
    return GlobalCounters.get();
  }

  /** Returns the version of this library; {@code unknown} when it runs from bare classes. */
  public static String version() {
    String version = SharedCounters.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  static SharedCounters openGlobal(SharedCountersConfig config) {
    return open(new SharedCounters(config, true));
  }

  private static SharedCounters open(SharedCounters counters) {
    try {
      counters.start();
      return counters;
    } catch (RuntimeException | Error e) {
      counters.faces.closeAfter(e);
      counters.openedNamespaces.closeAfter(e);
      throw e;
    }
  }

  private void start() {
    // No method references to a feature's classes: linking them would load these where it is not
    // used.
    if (config.cluster().isPresent()) {
      Map<String, Recorder> records = surviving.records(config);
      Cluster started = openedNamespaces.add(Replication.start(config.cluster().get(), records));
      cluster = Optional.of(started);
    }
    for (String name : config.namespaces().keySet()) {
      if (!name.equals(NamespaceConfig.ANY)) {
        namespace(name);
      }
    }
    config.http().ifPresent(this::listen);
    config.mBeanServer().ifPresent(server -> publish(server));
  }

  private void publish(MBeanServer server) {
    faces.add(InstanceMBean.publish(server, facts()));
    if (cluster.isPresent()) {
      ClusterFacts facts = Replication.facts(config.instance(), cluster.get());
      faces.add(ClusterMBean.publish(server, facts));
    }
  }

  private void listen(HttpConfig http) {
    JolokiaEndpoint endpoint = faces.add(JolokiaEndpoint.start(http.settings()));
    jolokiaUrl = Optional.of(endpoint.url());
  }

  private InstanceFacts facts() {
    return new InstanceFacts(
        config.instance(),
        instanceId,
        version(),
        () -> Duration.ofNanos(System.nanoTime() - openedNanos),
        this::features,
        () -> jolokiaUrl.map(URI::toString).orElse(""),
        config.dataDirectory().map(Path::toString).orElse(""),
        () -> cluster.map(Cluster::state).orElse("OK"));
  }

  private Map<String, List<String>> features() {
    Map<String, List<String>> features = new TreeMap<>();
    namespaces.forEach((name, namespace) -> features.put(name, namespace.features()));
    return features;
  }

  /**
   * Returns the counters of a namespace. Its first use opens it, with its MBeans.
   *
   * @param name {@code [a-z0-9][a-z0-9_-]{0,63}}
   * @throws IllegalArgumentException if the name is not allowed, or not declared where others are
   * @throws IllegalStateException if another instance in this JVM holds the namespace, which the
   *     message names, or this one is closed
   */
  public CounterRegistry namespace(String name) {
    return open(name).registry();
  }

  /**
   * Returns the documents of a namespace with the feature {@code serialize}: what exports it and
   * imports it. Opens the namespace as {@link #namespace} does.
   *
   * @throws IllegalArgumentException if the namespace does not have the feature, or as {@link
   *     #namespace} says
   */
  public Documents documents(String namespace) {
    CounterRegistry registry = namespace(namespace);
    if (!config.namespace(namespace).has(Feature.SERIALIZE)) {
      throw new IllegalArgumentException(
          "namespace '"
              + namespace
              + "' does not have the feature serialize; declare it with serialize()");
    }
    return new Documents(registry);
  }

  private synchronized OpenNamespace openNamespace(String name) {
    if (isClosed) {
      throw new IllegalStateException("instance " + instanceId + " is closed");
    }
    OpenNamespace present = namespaces.get(name);
    if (present != null) {
      return present;
    }
    NamespaceConfig declared = config.namespace(name);
    OpenNamespace opened =
        openedNamespaces.add(OpenNamespace.open(declared, config, surviving, instanceId, cluster));
    namespaces.put(name, opened);
    LOG.log(
        System.Logger.Level.INFO,
        "[{0}] open: {1}, features {2}, instance {3}",
        name,
        OpenNamespace.durability(declared),
        declared.features(),
        instanceId);
    return opened;
  }

  /**
   * Returns the latest transactions of a counter in an archived namespace, the latest first; none
   * if it never was. Older ones than the archive still has are left out.
   *
   * @param limit how many at most, 1 to 10,000
   * @throws IllegalArgumentException if the namespace has no archive, or the limit is out of range
   * @throws IllegalStateException if the file is damaged
   */
  public List<Transaction> history(String namespace, String counter, int limit) {
    try (History history = open(namespace).archive().history()) {
      return history.history(counter, limit);
    }
  }

  /**
   * Returns the value that a counter in an archived namespace had at that time, or empty if it was
   * absent then.
   *
   * @throws IllegalArgumentException if the namespace has no archive, it does not reach back so
   *     far, or the time is yet to come
   * @throws IllegalStateException if the file is damaged
   */
  public OptionalLong valueAt(String namespace, String counter, Instant time) {
    return open(namespace).archive().valueAt(counter, time);
  }

  /**
   * Writes a snapshot of a namespace now.
   *
   * @throws IllegalArgumentException if the namespace does not have the feature snapshot
   * @throws IllegalStateException if it cannot be written; the counters are as they were
   */
  public void snapshot(String namespace) {
    open(namespace).snapshot();
  }

  private OpenNamespace open(String name) {
    OpenNamespace open = namespaces.get(name);
    return open != null ? open : openNamespace(name);
  }

  /** Returns what tells this instance from every other one in this machine, for people to read. */
  public String instanceId() {
    return instanceId;
  }

  /**
   * Returns where Jolokia listens, for example {@code http://127.0.0.1:8778/jolokia}, if it does.
   */
  public Optional<URI> jolokiaUrl() {
    return jolokiaUrl;
  }

  /**
   * Closes everything in the reverse order of its opening: first Jolokia and the MBeans, then the
   * namespaces. A second call does nothing.
   *
   * @throws IllegalStateException if this is {@link #global()}, which closes when the JVM ends; or
   *     with the failures, after everything has been closed
   */
  @Override
  public void close() {
    if (isGlobal) {
      throw new IllegalStateException("global() is for the whole JVM and closes when that ends");
    }
    closeAll();
  }

  synchronized void closeAll() {
    isClosed = true;
    namespaces.clear();
    try {
      faces.close();
    } finally {
      openedNamespaces.close();
    }
  }
}
