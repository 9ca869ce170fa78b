/** The command: serves counters from a JVM of their own, and keeps house around them. */
@NullMarked
package io.sharedcounter.server;

import org.jspecify.annotations.NullMarked;
