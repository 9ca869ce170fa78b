package io.sharedcounter.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftPeerId;
import org.junit.jupiter.api.Test;

/** What of Ratis is used, and what must not be: each of these was seen to lose or to lie. */
class RatisUseTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sharedcounter.cluster");

  /** By their simple names: what knows Ratis. All else could run on another engine. */
  private static final Set<String> ON_RATIS =
      Set.of(
          "ClusterClient",
          "ClusterMember",
          "CounterStateMachine",
          "ForcedNames",
          "Founding",
          "LeaderLink",
          "MemberHealth",
          "Membership",
          "Peers",
          "RaftNode",
          "RaftSettings");

  @Test
  void neitherTheReadsNorTheOrderedClientOfRatisAreEverCalled() {
    Set<String> forbidden =
        Set.of(
            "RaftClient.async",
            "RaftClient.io",
            "RaftClient.getDataStreamApi",
            "RaftClientRequest.readRequestType",
            "RaftClientRequest.readAfterWriteConsistentRequestType",
            "RaftClientRpc.sendRequestAsync");
    noClasses()
        .should()
        .accessTargetWhere(
            new DescribedPredicate<JavaAccess<?>>("it is one of " + forbidden) {
              @Override
              public boolean test(JavaAccess<?> access) {
                return forbidden.contains(
                    access.getTargetOwner().getSimpleName() + "." + access.getTarget().getName());
              }
            })
        .check(CLASSES);
  }

  @Test
  void theStateAndTheSenderKnowNothingOfRatis() {
    classes()
        .that(
            new DescribedPredicate<>("are not on Ratis") {
              @Override
              public boolean test(com.tngtech.archunit.core.domain.JavaClass type) {
                String name = type.getName().replaceFirst("^.*\\.", "").replaceFirst("\\$.*$", "");
                return !ON_RATIS.contains(name);
              }
            })
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackage("org.apache.ratis..")
        .check(CLASSES);
  }

  @Test
  void whoAsksRatisForAReadIsRefused() {
    try (Replica replica = new Replica("a")) {
      CompletableFuture<Message> answer =
          new CounterStateMachine(replica, () -> {}).query(Message.valueOf("n"));
      ExecutionException refused = assertThrows(ExecutionException.class, answer::get);
      assertInstanceOf(UnsupportedOperationException.class, refused.getCause());
    }
  }

  @Test
  void aBrokenWayIsResetBesideItsCallersAndNotBeforeThem() throws Exception {
    try (LinkProxy dead = new LinkProxy(FreePorts.find(1).get(0))) {
      dead.cut(true);
      ClusterSettings settings =
          new ClusterSettings(
              Map.of("b", InetSocketAddress.createUnresolved("127.0.0.1", dead.port())),
              Duration.ofSeconds(1),
              Optional.empty(),
              Optional.empty());
      RaftSettings.tame();
      RaftPeerId b = RaftPeerId.valueOf("b");
      try (LeaderLink link = new LeaderLink(settings, 1_000)) {
        CompletableFuture<byte[]> sent = link.send(b, Batch.register().encode());
        assertThrows(IOException.class, () -> waitFor(sent));
        long begin = System.nanoTime();
        link.reset(b);
        long took = System.nanoTime() - begin;
        assertTrue(took < 1_000_000_000, () -> "the caller waited " + took / 1_000_000 + " ms");
        assertFalse(sent.isDone() && !sent.isCompletedExceptionally());
      }
    }
  }

  private static void waitFor(CompletableFuture<byte[]> sent) throws Exception {
    try {
      sent.get(1, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new IOException(e);
    }
  }
}
