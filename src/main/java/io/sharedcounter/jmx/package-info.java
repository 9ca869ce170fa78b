/**
 * The JMX face: the MBeans of a namespace, of each of its first counters and of the whole instance,
 * their names, errors and notifications. All MBeanInfo is hand-written and constant; what leaves an
 * MBean are JDK classes only, so that a client needs nothing of this library.
 */
@NullMarked
package io.sharedcounter.jmx;

import org.jspecify.annotations.NullMarked;
