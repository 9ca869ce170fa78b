package io.sharedcounter.cluster;

import io.sharedcounter.cluster.ClusterSettings.Member;
import io.sharedcounter.cluster.ClusterSettings.Start;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.ChecksumException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/** One member of the Raft group: its server, its disk and the way to the leader. Thread-safe. */
final class RaftNode implements Channel, AutoCloseable {
  private static final Logger LOG = System.getLogger(RaftNode.class.getName());

  /** In the directory of a member that joined: its first members stand in the log, not here. */
  private static final String JOINED = "joined";

  /** How long a close may take; Ratis would wait for its threads for up to a day. */
  private static final Duration CLOSING = Duration.ofSeconds(30);

  private final RaftPeerId self;
  private final RaftServer server;
  private final LeaderLink link;
  private final DirectoryLock lock;
  private final boolean isNew;

  /**
   * Starts the server; see {@link Founding} for what an empty directory needs on top.
   *
   * @throws IllegalArgumentException if the directory is empty and neither a new cluster nor
   *     joining one was asked for
   * @throws IllegalStateException if the port or the directory cannot be used; nothing is left open
   */
  RaftNode(
      ClusterSettings settings, Member member, CounterStateMachine machine, long attemptMillis) {
    this.self = RaftPeerId.valueOf(member.node());
    settings.checkFiles();
    RaftSettings.tame();
    DirectoryLock taken = null;
    RaftServer started = null;
    LeaderLink opened = null;
    try {
      isNew = prepare(member);
      taken = DirectoryLock.take(member.directory());
      RaftServer.Builder builder =
          RaftServer.newBuilder()
              .setServerId(self)
              .setProperties(RaftSettings.properties(settings))
              .setParameters(RaftSettings.parameters(settings))
              .setStateMachine(machine)
              .setOption(RaftStorage.StartupOption.RECOVER);
      if (!isNew) {
        String group = LeaderLink.GROUP.getUuid().toString();
        TornTail.cut(member.directory().resolve(group).resolve("current"));
        boolean hasJoined = Files.exists(member.directory().resolve(JOINED));
        builder.setGroup(
            hasJoined
                ? RaftGroup.valueOf(LeaderLink.GROUP)
                : RaftGroup.valueOf(LeaderLink.GROUP, LeaderLink.peers(settings.peers())));
      }
      RaftSettings.silence();
      started = builder.build();
      started.start();
      opened = new LeaderLink(settings, attemptMillis);
      server = started;
      link = opened;
      lock = taken;
      if (!isNew) {
        RaftSettings.speak();
      }
    } catch (IOException | RuntimeException e) {
      close(opened);
      close(started);
      close(taken);
      RaftSettings.speak();
      if (e instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException(
          "cluster member '"
              + member.node()
              + "' did not start at "
              + LeaderLink.peer(member.node(), settings.address(member)).getAddress()
              + " with "
              + member.directory()
              + ": "
              + reason(e),
          e);
    }
  }

  /** Makes the directory, for us alone; returns whether it is new. */
  private static boolean prepare(Member member) throws IOException {
    Path directory = member.directory();
    boolean isEmpty = !Files.isDirectory(directory.resolve(LeaderLink.GROUP.getUuid().toString()));
    if (isEmpty && member.start() == Start.AGAIN) {
      throw new IllegalArgumentException(
          "cluster.directory "
              + directory.toAbsolutePath()
              + " holds no member; for the first start of a new cluster set cluster.bootstrap ="
              + " true; to replace a lost member remove it from the cluster, set cluster.join ="
              + " true and add it again");
    }
    if (!isEmpty && member.start() != Start.AGAIN) {
      LOG.log(
          Level.INFO,
          "[cluster] cluster.bootstrap and cluster.join are for the first start only; {0} has been"
              + " started before",
          member.node());
    }
    Files.createDirectories(directory);
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
    if (!isEmpty || member.start() == Start.JOIN) {
      Files.deleteIfExists(directory.resolve(Founding.MARK));
    }
    if (isEmpty && member.start() == Start.JOIN) {
      Files.writeString(directory.resolve(JOINED), "");
    } else if (isEmpty) {
      Files.deleteIfExists(directory.resolve(JOINED));
    }
    return isEmpty;
  }

  /** Returns whether the directory was empty at the start. */
  boolean isNew() {
    return isNew;
  }

  /** Returns whether this process is one of a cluster's members, or waits to be added as one. */
  boolean takesPart() {
    for (var group : server.getGroupIds()) {
      if (group.equals(LeaderLink.GROUP)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether this member was stopped, and not only not started yet. */
  boolean hasStopped() {
    return !isUp() || (takesPart() && !division().getInfo().isAlive());
  }

  RaftServer.Division division() {
    try {
      return server.getDivision(LeaderLink.GROUP);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  LeaderLink link() {
    return link;
  }

  /** Returns whether the server runs, be it as a member or not. */
  boolean isUp() {
    return server.getLifeCycleState().isRunning();
  }

  /** Returns whether this member can be asked; one that only just takes part has no role yet. */
  boolean isRunning() {
    if (!isUp() || !takesPart()) {
      return false;
    }
    DivisionInfo info = division().getInfo();
    return info.isAlive() && info.getCurrentRole() != null;
  }

  boolean isLeader() {
    return isRunning() && division().getInfo().isLeaderReady();
  }

  /** Returns the leader's name as far as this member knows. */
  Optional<String> leader() {
    return leaderId().map(RaftPeerId::toString);
  }

  private Optional<RaftPeerId> leaderId() {
    return isRunning() ? Optional.ofNullable(division().getInfo().getLeaderId()) : Optional.empty();
  }

  @Override
  public boolean hasLeader() {
    return leaderId().isPresent();
  }

  @Override
  public CompletableFuture<byte[]> submit(byte[] entry) {
    RaftPeerId leader = leaderId().orElse(null);
    if (leader == null) {
      return CompletableFuture.failedFuture(new IOException("no leader"));
    }
    if (!leader.equals(self)) {
      return link.send(leader, entry);
    }
    try {
      return server
          .submitClientRequestAsync(link.entry(leader, entry))
          .thenApply(LeaderLink::content);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void noReply() {
    leaderId().filter(leader -> !leader.equals(self)).ifPresent(link::reset);
  }

  /** Returns what is wrong, in a line: our own words if they are there, else the deepest ones. */
  private static String reason(Throwable e) {
    String deepest = e.toString();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SnapshotException) {
        return String.valueOf(cause.getMessage());
      }
      if (cause instanceof ChecksumException) {
        return "its log is damaged ("
            + cause.getMessage()
            + "); remove this member from the cluster, empty its directory, start it with"
            + " cluster.join = true and add it again";
      }
      deepest = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
    return deepest.replaceAll("\\s+", " ");
  }

  /** Takes no part any more, so that others can lead; the directory stays ours. */
  void stop() {
    close(server);
  }

  static void close(@Nullable AutoCloseable part) {
    if (part == null) {
      return;
    }
    try {
      part.close();
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "[cluster] closing", e);
    }
  }

  /**
   * Closes that on a thread of its own, which is interrupted after a third of the time; returns
   * whether it came to an end in time.
   */
  static boolean close(AutoCloseable part, String thread, Duration most) {
    Thread closing = new Thread(() -> close(part), thread);
    closing.setDaemon(true);
    closing.start();
    boolean isInterrupted = join(closing, most.dividedBy(3));
    closing.interrupt();
    isInterrupted |= join(closing, most.dividedBy(3).multipliedBy(2));
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
    return !closing.isAlive();
  }

  /** Waits for the end of a thread, also if interrupted; returns whether that happened. */
  private static boolean join(Thread thread, Duration most) {
    boolean isInterrupted = false;
    long end = System.nanoTime() + most.toNanos();
    for (long rest; thread.isAlive() && (rest = end - System.nanoTime()) > 0; ) {
      try {
        TimeUnit.NANOSECONDS.timedJoin(thread, rest);
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    return isInterrupted;
  }

  /** Returns what tells whether the directory is in use; empty if no member began to use it. */
  private Optional<DivisionInfo> disk() {
    try {
      return takesPart() ? Optional.of(division().getInfo()) : Optional.empty();
    } catch (UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /*
   * A connection that gRPC accepts while it is shut down is forgotten by it and stays open for as
   * long as the other member likes; until then the close of the server would wait. Interrupted, it
   * goes on and stops the threads that serve connections. What is on the disk is closed by then,
   * and has to be before another may have the directory.
   */
  @Override
  public void close() {
    close(link);
    Optional<DivisionInfo> disk = disk();
    boolean isClosed = close(server, "sharedcounter-close-" + self, CLOSING);
    if (isClosed && disk.stream().allMatch(d -> d.getLifeCycleState() == LifeCycle.State.CLOSED)) {
      close(lock);
    } else {
      LOG.log(
          Level.WARNING,
          "[cluster] member {0} has not closed within {1}; its directory and its port stay taken"
              + " until this process ends",
          self,
          CLOSING);
    }
  }
}
