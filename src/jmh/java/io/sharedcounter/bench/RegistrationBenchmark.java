package io.sharedcounter.bench;

import io.sharedcounter.SharedCounters;
import io.sharedcounter.SharedCountersConfig;
import io.sharedcounter.core.CounterRegistry;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 1,000 new counters with an MBean each, beside 1,000 plain MBeans and 1,000 counters without. The
 * first of the warm-up's times, which the log shows, is that of a JVM just started. Confined to one
 * thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 20)
@Measurement(iterations = 20)
public class RegistrationBenchmark {
  static final int SIZE = 1_000;

  private final String[] names = new String[SIZE];
  private MBeanServer server;
  private SharedCounters counters;
  private CounterRegistry registry;

  /** Opens a namespace whose first 1,000 counters get an MBean. */
  @Setup(Level.Iteration)
  public void open() {
    server = MBeanServerFactory.newMBeanServer();
    counters = SharedCounters.open(SharedCountersConfig.builder().mBeanServer(server).build());
    registry = counters.namespace("orders");
    for (int i = 0; i < SIZE; i++) {
      names[i] = Growth.name(i);
    }
  }

  /** Unregisters what there is. */
  @TearDown(Level.Iteration)
  public void close() {
    counters.close();
  }

  @Benchmark
  public int sharedCounters() {
    for (String name : names) {
      registry.increment(name);
    }
    return server.getMBeanCount();
  }

  @Benchmark
  public int plainMBeans() {
    for (String name : names) {
      registerPlain(server, name);
    }
    return server.getMBeanCount();
  }

  static void registerPlain(MBeanServer server, String name) {
    try {
      ObjectName plain = new ObjectName("plain:type=Counter,namespace=orders,name=" + name);
      server.registerMBean(new StandardMBean(new Plain(), Value.class), plain);
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  @Benchmark
  public int withoutMBeans() {
    CounterRegistry bare = Growth.registry("bare");
    for (String name : names) {
      bare.increment(name);
    }
    return bare.count();
  }

  /** What a newcomer would register for a counter. */
  public interface Value {
    /** Returns the value. */
    long getValue();
  }

  /** The counter of a newcomer. Immutable. */
  private static final class Plain implements Value {
    @Override
    public long getValue() {
      return 0;
    }
  }
}
