/**
 * Opens, configures and closes shared counters: named 64-bit integers that the code of an
 * application, its operators and remote clients get, set and increment atomically.
 *
 * <p>The way of a call:
 *
 * <pre>
 *   application           JConsole, jmxterm         curl, browser, scripts
 *        |                        | JMX                      | HTTP, JSON
 *        |                        |                   io.sharedcounter.http
 *        |                        |                          | (Jolokia)
 *        |                        +-----------+--------------+
 *        |                                    |
 *        |                          io.sharedcounter.jmx
 *        |                                    | MBeans
 *        +-----------------+------------------+
 *                          |
 *                io.sharedcounter.core        CounterRegistry, Counter, CounterLock
 * </pre>
 *
 * <p>{@link io.sharedcounter.SharedCounters} puts these together and hands each what it needs. The
 * words used everywhere:
 *
 * <dl>
 *   <dt>counter
 *   <dd>a named signed 64-bit integer
 *   <dt>namespace
 *   <dd>a set of counters with its own features
 *   <dt>registry
 *   <dd>the API of one namespace, {@link io.sharedcounter.core.CounterRegistry}
 *   <dt>transaction
 *   <dd>one state change of one counter: operation, argument, value before and after
 *   <dt>archive
 *   <dd>the record of every transaction of a namespace, in order, on disk
 *   <dt>snapshot
 *   <dd>a consistent copy of a namespace at one sequence number
 *   <dt>export, import
 *   <dd>serialization: a namespace as a versioned document
 *   <dt>replica
 *   <dd>a JVM that holds a replicated namespace
 *   <dt>lock
 *   <dd>exclusive right to change one counter, with a lease
 *   <dt>origin
 *   <dd>who changed it: {@code app}, {@code jmx:<user>}, {@code http:<user>}, {@code import},
 *       {@code restore}
 * </dl>
 */
@NullMarked
package io.sharedcounter;

import org.jspecify.annotations.NullMarked;
