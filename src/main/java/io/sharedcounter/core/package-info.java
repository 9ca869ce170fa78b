/**
 * The counters themselves: the API of a namespace, the atomic word, locks, names. Needs only {@code
 * java.base} and knows of no other package of this library.
 */
@NullMarked
package io.sharedcounter.core;

import org.jspecify.annotations.NullMarked;
