package io.sharedcounter.cluster;

import io.sharedcounter.cluster.ClusterSettings.Member;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.security.TlsConf.CertificatesConf;
import org.apache.ratis.security.TlsConf.PrivateKeyConf;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** The settings of Ratis that were measured to be right for counters. Stateless, thread-safe. */
final class RaftSettings {
  /** Kept, because the logging system forgets the level of a logger that nobody holds. */
  private static final Logger RATIS = Logger.getLogger("org.apache.ratis");

  private RaftSettings() {}

  /**
   * Makes Ratis fit for somebody else's process: silences the hundred lines that it logs at each
   * start, unless somebody set a level, and keeps it from ending the JVM, as it does when its port
   * is taken and from then on at every uncaught exception in any thread. Fails here if its metrics
   * are missing, which Ratis itself would only notice with half of its threads running.
   */
  static synchronized void tame() {
    var unused = MetricRegistries.global();
    if (RATIS.getLevel() == null) {
      RATIS.setLevel(Level.WARNING);
    }
    Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    ExitUtils.disableSystemExit();
    ExitUtils.setTerminateOnUncaughtException(false);
    Thread.setDefaultUncaughtExceptionHandler(handler);
  }

  /** What a failed start throws says it all; Ratis would write it six times, with traces. */
  static synchronized void silence() {
    if (Level.WARNING.equals(RATIS.getLevel())) {
      RATIS.setLevel(Level.OFF);
    }
  }

  static synchronized void speak() {
    if (Level.OFF.equals(RATIS.getLevel())) {
      RATIS.setLevel(Level.WARNING);
    }
  }

  static RaftProperties properties(ClusterSettings settings) {
    RaftProperties p = new RaftProperties();
    RaftConfigKeys.Rpc.setType(p, SupportedRpcType.GRPC);
    GrpcConfigKeys.setMessageSizeMax(p, SizeInBytes.valueOf("4MB"));
    RaftClientConfigKeys.Rpc.setRequestTimeout(p, millis(3_000));
    settings.member().ifPresent(member -> set(p, settings, member));
    return p;
  }

  private static void set(RaftProperties p, ClusterSettings settings, Member member) {
    // Without a host Ratis listens on every address; members change over the same port.
    GrpcConfigKeys.Server.setHost(p, settings.address(member).getHostString());
    GrpcConfigKeys.Server.setPort(p, settings.address(member).getPort());
    RaftServerConfigKeys.setStorageDir(p, List.of(member.directory().toFile()));
    // A follower sleeps for such a time and only then looks, so that it may take twice as long.
    RaftServerConfigKeys.Rpc.setTimeoutMin(p, millis(300));
    RaftServerConfigKeys.Rpc.setTimeoutMax(p, millis(450));
    RaftServerConfigKeys.setStagingTimeout(p, millis(3_000));
    RaftServerConfigKeys.Log.setLogMetadataEnabled(p, false);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(p, SizeInBytes.valueOf("2MB"));
    // A piece of a snapshot must fit into a message; Ratis' own 16 MB would not.
    RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(p, SizeInBytes.valueOf("1MB"));
    RaftServerConfigKeys.Log.setSegmentSizeMax(p, SizeInBytes.valueOf("8MB"));
    RaftServerConfigKeys.Log.setPreallocatedSize(p, SizeInBytes.valueOf("1MB"));
    // Purging what a member lacks can leave it with a gap that nothing closes.
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(p, false);
    // An entry has up to hundreds of requests, and a restart reads all of the log that is there.
    RaftServerConfigKeys.Log.setPurgeGap(p, 1);
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(p, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(p, member.snapshotEntries());
    RaftServerConfigKeys.Snapshot.setRetentionFileNum(p, 2);
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(p, false);
    // Requests that come twice are found in the state; this cache is only Ratis' own.
    RaftServerConfigKeys.RetryCache.setExpiryTime(p, TimeDuration.valueOf(10, TimeUnit.SECONDS));
  }

  static Parameters parameters(ClusterSettings settings) {
    Parameters parameters = new Parameters();
    settings
        .tls()
        .ifPresent(
            tls ->
                GrpcConfigKeys.TLS.setConf(
                    parameters,
                    GrpcTlsConfig.newBuilder()
                        .setPrivateKey(new PrivateKeyConf(tls.key().toFile()))
                        .setKeyCertificates(new CertificatesConf(tls.certificate().toFile()))
                        .setTrustCertificates(new CertificatesConf(tls.authority().toFile()))
                        .setMutualTls(true)
                        .setProtocols("TLSv1.3") // By itself it would also take 1.2.
                        .build()));
    return parameters;
  }

  private static TimeDuration millis(long millis) {
    return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
  }
}
