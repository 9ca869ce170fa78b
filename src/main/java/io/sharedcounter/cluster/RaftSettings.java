package io.sharedcounter.cluster;

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
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** The settings of Ratis that were measured to be right for counters. Stateless, thread-safe. */
final class RaftSettings {
  /** Kept, because the logging system forgets the level of a logger that nobody holds. */
  private static final Logger RATIS = Logger.getLogger("org.apache.ratis");

  private RaftSettings() {}

  /** Silences the hundred lines that Ratis logs at each start, unless somebody set a level. */
  static void quiet() {
    if (RATIS.getLevel() == null) {
      RATIS.setLevel(Level.WARNING);
    }
  }

  static RaftProperties properties(ClusterSettings settings) {
    RaftProperties p = new RaftProperties();
    RaftConfigKeys.Rpc.setType(p, SupportedRpcType.GRPC);
    // Without a host Ratis listens on every address; members change over the same port.
    GrpcConfigKeys.Server.setHost(p, settings.address().getHostString());
    GrpcConfigKeys.Server.setPort(p, settings.address().getPort());
    GrpcConfigKeys.setMessageSizeMax(p, SizeInBytes.valueOf("4MB"));
    RaftServerConfigKeys.setStorageDir(p, List.of(settings.directory().toFile()));
    RaftServerConfigKeys.Rpc.setTimeoutMin(p, millis(500));
    RaftServerConfigKeys.Rpc.setTimeoutMax(p, millis(1_000));
    RaftServerConfigKeys.Log.setLogMetadataEnabled(p, false);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(p, SizeInBytes.valueOf("2MB"));
    RaftServerConfigKeys.Log.setSegmentSizeMax(p, SizeInBytes.valueOf("8MB"));
    RaftServerConfigKeys.Log.setPreallocatedSize(p, SizeInBytes.valueOf("1MB"));
    // Purging what a member lacks can leave it with a gap that nothing closes.
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(p, false);
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(p, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(
        p, Long.getLong("sharedcounter.cluster.snapshotEvery", 50_000));
    RaftServerConfigKeys.Snapshot.setRetentionFileNum(p, 2);
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(p, false);
    // Requests that come twice are found in the state; this cache is only Ratis' own.
    RaftServerConfigKeys.RetryCache.setExpiryTime(p, TimeDuration.valueOf(10, TimeUnit.SECONDS));
    RaftClientConfigKeys.Rpc.setRequestTimeout(p, millis(3_000));
    return p;
  }

  static Parameters parameters(ClusterSettings settings) {
    Parameters parameters = new Parameters();
    settings
        .tls()
        .ifPresent(
            tls ->
                GrpcConfigKeys.TLS.setConf(
                    parameters,
                    new GrpcTlsConfig(
                        tls.key().toFile(),
                        tls.certificate().toFile(),
                        tls.authority().toFile(),
                        true)));
    return parameters;
  }

  private static TimeDuration millis(long millis) {
    return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
  }
}
