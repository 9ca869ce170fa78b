package io.sharedcounter.cluster;

import java.io.IOException;

/** Says which snapshot cannot be used, why, and what to do. Immutable. */
final class SnapshotException extends IOException {
  private static final long serialVersionUID = 1L;

  SnapshotException(Object file, String why) {
    super(
        "snapshot "
            + file
            + " cannot be used ("
            + why
            + "); remove this member from the cluster, empty its directory, start it with"
            + " cluster.join = true and add it again");
  }
}
