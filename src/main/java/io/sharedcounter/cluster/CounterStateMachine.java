package io.sharedcounter.cluster;

import java.io.BufferedInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

/**
 * Lets Ratis drive a {@link Replica}: applies entries, writes and loads snapshots. Confined to the
 * threads of Ratis, except for what it tells of itself.
 */
final class CounterStateMachine extends BaseStateMachine {
  private static final Logger LOG = System.getLogger(CounterStateMachine.class.getName());

  private static final CompletableFuture<Optional<SingleFileSnapshotInfo>> NOTHING =
      CompletableFuture.completedFuture(Optional.empty());

  private static final long MAX_WAIT_NANOS = 1_000_000_000L;

  private final Replica replica;
  private final Views views;
  private final Runnable leaderChanged;
  private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();

  /** Of which Ratis knows, and so may have dropped what it covers of the log. */
  private volatile @Nullable SnapshotInfo latest;

  private volatile Optional<Throwable> failure = Optional.empty();
  private volatile Optional<Instant> lastSnapshot = Optional.empty();
  private volatile DataApi names = DataApi.DEFAULT;
  private volatile CompletableFuture<Optional<SingleFileSnapshotInfo>> writing = NOTHING;

  CounterStateMachine(Replica replica, Runnable leaderChanged) {
    this.replica = replica;
    this.views = new Views(replica);
    this.leaderChanged = leaderChanged;
  }

  /** Returns why this member cannot apply the log, or empty if it can. */
  Optional<Throwable> failure() {
    return failure;
  }

  /**
   * Waits until the snapshot under way is written.
   *
   * @throws IllegalStateException if it was not; its message says why
   */
  void awaitSnapshot() {
    try {
      writing.join();
    } catch (CompletionException e) {
      throw new IllegalStateException("the snapshot was not written: " + e.getCause(), e);
    }
  }

  /**
   * Returns up to which log index the latest snapshot goes; 0, where the first members stand,
   * without.
   */
  long snapshotIndex() {
    SnapshotInfo known = latest;
    return known == null ? 0 : known.getIndex();
  }

  /** Not what {@link #storage} finds in its directory. */
  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    return latest;
  }

  /** Returns when the last snapshot of this run was written. */
  Optional<Instant> lastSnapshot() {
    return lastSnapshot;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage raftStorage)
      throws IOException {
    getLifeCycle()
        .startAndTransition(
            () -> {
              super.initialize(server, group, raftStorage);
              storage.init(raftStorage);
              names = new ForcedNames(raftStorage.getStorageDir().getCurrentDir().toPath());
              load();
            },
            IOException.class);
  }

  /*
   * Ratis pauses the state machine before it installs a snapshot, and asserts that it is paused
   * when it reloads: without these two overrides the first installation ends the server.
   */
  @Override
  public void pause() {
    if (getLifeCycleState() == LifeCycle.State.RUNNING) {
      getLifeCycle().transition(LifeCycle.State.PAUSING);
      getLifeCycle().transition(LifeCycle.State.PAUSED);
    }
  }

  @Override
  public void reinitialize() throws IOException {
    load();
    if (getLifeCycleState() == LifeCycle.State.PAUSED) {
      getLifeCycle().transition(LifeCycle.State.STARTING);
      getLifeCycle().transition(LifeCycle.State.RUNNING);
    }
  }

  private void load() throws IOException {
    SingleFileSnapshotInfo found = storage.loadLatestSnapshot();
    latest = found;
    if (found == null) {
      refuseUnreadable();
      return;
    }
    Path file = found.getFile().getPath();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      long index = replica.load(in);
      if (index != found.getIndex()) {
        throw new IOException("it is of log index " + index);
      }
      setLastAppliedTermIndex(found.getTermIndex());
    } catch (IOException e) {
      throw new SnapshotException(file, String.valueOf(e.getMessage()));
    }
  }

  /** Ratis goes on without a snapshot that it cannot list; the log may not reach back so far. */
  private void refuseUnreadable() throws IOException {
    Path directory = storage.getSnapshotFile(0, 0).toPath().resolveSibling(".");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "snapshot.*")) {
      for (Path file : files) {
        if (!file.toString().endsWith(".tmp")) {
          throw new SnapshotException(file.normalize(), "it or its checksum cannot be read");
        }
      }
    }
  }

  @Override
  public SimpleStateMachineStorage getStateMachineStorage() {
    return storage;
  }

  @Override
  public DataApi data() {
    return names;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
    byte[] reply;
    try {
      reply = replica.apply(entry.getIndex(), bytes);
    } catch (RuntimeException e) {
      // Thrown, not returned in the future: only so does Ratis stop the server at this entry.
      failure = Optional.of(e);
      LOG.log(Level.ERROR, "[cluster] entry " + entry.getIndex() + " stops this member", e);
      leaderChanged.run();
      throw e;
    }
    updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFrom(reply)));
  }

  /** Ratis writes nothing more then, but goes on leading. */
  @Override
  public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
    if (failure.isEmpty()) {
      failure = Optional.of(new LogFailedException(cause));
      LOG.log(Level.ERROR, "[cluster] the log cannot be written; this member stops", cause);
    }
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    super.notifyTermIndexUpdated(term, index);
    replica.skipTo(index);
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
    leaderChanged.run();
  }

  /** Answers a client from what is applied here, not older than that index. */
  @Override
  public CompletableFuture<Message> queryStale(Message request, long minIndex) {
    try {
      if (!replica.await(minIndex, MAX_WAIT_NANOS)) {
        throw new IllegalStateException("this member lags behind " + minIndex);
      }
      Page page = views.answer(Question.decode(request.getContent().toByteArray()));
      return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFrom(page.encode())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CompletableFuture.failedFuture(e);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletableFuture<Message> query(Message request) {
    // Ratis' read path was seen to answer from old state: reads go through the log.
    return CompletableFuture.failedFuture(new UnsupportedOperationException("no reads here"));
  }

  /**
   * Copies the state and writes it in the background; Ratis asks again after each entry until the
   * index shows that it is done. Not before is it the latest snapshot: Ratis asks no more for one
   * that is there, and so would keep the log that it covers.
   */
  @Override
  public long takeSnapshot() {
    if (!writing.isDone()) {
      return -1;
    }
    Optional<SingleFileSnapshotInfo> done = writing.exceptionally(e -> Optional.empty()).join();
    if (done.isPresent()) {
      writing = NOTHING;
      // Which may be a later one, that was installed meanwhile.
      SingleFileSnapshotInfo newest = storage.updateLatestSnapshot(done.get());
      latest = newest;
      return newest.getIndex();
    }
    TermIndex at = getLastAppliedTermIndex();
    if (at.getIndex() < 0) {
      return -1;
    }
    Snapshot copy = replica.snapshot();
    CompletableFuture<Optional<SingleFileSnapshotInfo>> written = new CompletableFuture<>();
    writing = written;
    Thread writer =
        new Thread(
            () -> {
              try {
                // What a snapshot covers does not come again: records must have it before.
                replica.secure(at.getIndex());
                written.complete(Optional.of(write(at, copy)));
              } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "[cluster] snapshot at " + at + " was not written", e);
                written.completeExceptionally(e);
              }
            },
            "sharedcounter-snapshot");
    writer.setDaemon(true);
    writer.start();
    return -1;
  }

  private SingleFileSnapshotInfo write(TermIndex at, Snapshot copy) throws IOException {
    Path file = storage.getSnapshotFile(at.getTerm(), at.getIndex()).toPath();
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
      copy.write(out);
      out.getFD().sync();
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    MD5Hash digest = MD5FileUtil.computeAndSaveMd5ForFile(file.toFile());
    try (FileChannel directory =
        FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
      directory.force(true);
    }
    lastSnapshot = Optional.of(Instant.now());
    return new SingleFileSnapshotInfo(new FileInfo(file, digest), at.getTerm(), at.getIndex());
  }
}
