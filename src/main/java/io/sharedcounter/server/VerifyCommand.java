package io.sharedcounter.server;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Checks the whole file of a namespace and its snapshots; exit code 0: nothing is wrong, 1:
 * something is. Confined to the main thread.
 */
@Command(
    name = "verify",
    description =
        "Checks the whole file of a namespace and its snapshots, also of a running server.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:nothing is wrong", "1:something is", "2:it cannot be told"})
final class VerifyCommand implements Callable<Integer> {
  @Mixin private ArchiveOptions archive = new ArchiveOptions();

  @Override
  public Integer call() {
    String namespace = archive.namespace();
    AtomicLong far = new AtomicLong();
    long count =
        archive.telling(
            () -> far + " transactions", () -> archive.files().verify(namespace, far::set));
    int snapshots = archive.files().verifySnapshots(namespace);
    archive.print(
        "namespace "
            + namespace
            + ": exact, "
            + count
            + " transactions"
            + (snapshots == 0 ? "" : ", " + snapshots + " snapshots"));
    return 0;
  }
}
