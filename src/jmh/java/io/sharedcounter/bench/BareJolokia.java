package io.sharedcounter.bench;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.MXBean;
import javax.management.ObjectName;
import org.jolokia.jvmagent.handler.JolokiaHttpHandler;
import org.jolokia.server.core.config.StaticConfiguration;
import org.jolokia.server.core.config.SystemPropertyMode;
import org.jolokia.server.core.restrictor.AllowAllRestrictor;
import org.jolokia.server.core.service.JolokiaServiceManagerFactory;
import org.jolokia.server.core.service.api.JolokiaServiceManager;
import org.jolokia.server.core.service.impl.ClasspathServiceCreator;
import org.jolokia.server.core.service.impl.QuietLogHandler;

/**
 * What our HTTP face is measured against: Jolokia's own handler on the same kind of server, with no
 * user, no check and a plain MXBean behind it. Thread-safe.
 */
final class BareJolokia implements AutoCloseable {
  static final String MBEAN = "bare:type=Counters";

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final JolokiaServiceManager services;
  private final ObjectName name = new ObjectName(MBEAN);

  BareJolokia() throws IOException, JMException {
    ManagementFactory.getPlatformMBeanServer().registerMBean(new Plain(), name);
    // The server's own kind of pool, without the watch over slow peers.
    threads =
        new ThreadPoolExecutor(
            0, 200, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), BareJolokia::daemon);
    services =
        JolokiaServiceManagerFactory.createJolokiaServiceManager(
            new StaticConfiguration(
                Map.of(
                    "agentContext", "/jolokia",
                    "agentId", "bare",
                    "disableDetectors", "true",
                    "discoveryEnabled", "false"),
                null,
                SystemPropertyMode.NEVER),
            new QuietLogHandler(),
            new AllowAllRestrictor());
    services.addServices(
        new ClasspathServiceCreator(BareJolokia.class.getClassLoader(), "services"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/jolokia", new JolokiaHttpHandler(services.start()));
    server.start();
  }

  private static Thread daemon(Runnable loop) {
    Thread thread = new Thread(loop, "bare-http");
    thread.setDaemon(true);
    return thread;
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() throws JMException {
    server.stop(0);
    threads.shutdownNow();
    services.stop();
    ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
  }

  /** The plain MXBean. */
  @MXBean
  public interface Counters {
    /** Adds 1 and returns the new value. */
    long increment(String name);
  }

  /** A map of numbers, as a newcomer would write it. Thread-safe. */
  private static final class Plain implements Counters {
    private final Map<String, AtomicLong> counters = new ConcurrentHashMap<>();

    @Override
    public long increment(String counter) {
      return counters.computeIfAbsent(counter, absent -> new AtomicLong()).incrementAndGet();
    }
  }
}
