/**
 * Replicated namespaces: the same counters in several JVMs, linearizable, kept by a majority's
 * disks. Every operation, reads included, is an entry of one Raft log.
 *
 * <pre>
 * caller -&gt; ReplicatedLedger -&gt; Sequencer (numbered batches, one in flight) -&gt; RaftNode.submit
 *                                                                            Raft log (Ratis)
 * caller &lt;- reply &lt;- ReplicatedState.apply, the same on every replica &lt;- CounterStateMachine
 * </pre>
 *
 * <p>Only {@code RaftNode} and {@code CounterStateMachine} know Ratis.
 */
@NullMarked
package io.sharedcounter.cluster;

import org.jspecify.annotations.NullMarked;
