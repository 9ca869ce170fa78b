package io.sharedcounter.core;

/** What an acknowledged change of an archived namespace survives. Immutable. */
public enum Durability {
  /** The change is on disk, forced, before the call returns. */
  POWER_LOSS,
  /** The operating system has the change before the call returns; the disk has it later. */
  PROCESS_KILL,
  /** The call returns at once; a kill loses at most the last flush interval. */
  EVENTUAL
}
