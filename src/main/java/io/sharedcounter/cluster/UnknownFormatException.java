package io.sharedcounter.cluster;

/**
 * Says that an entry of the log or a snapshot was written by a newer version or is damaged. The
 * node that meets it stops; skipping it would let the replicas diverge. Immutable.
 */
final class UnknownFormatException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  UnknownFormatException(String found) {
    super(
        found
            + " is not known to this version; update this node, and update followers before the"
            + " leader");
  }
}
