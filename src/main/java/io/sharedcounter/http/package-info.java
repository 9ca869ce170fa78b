/**
 * The counters over HTTP and JSON: Jolokia, embedded behind our own server, rules and users. Sees
 * the counters only as MBeans and knows of no other package of this library.
 *
 * <pre>
 *   request -&gt; RequestThreads -&gt; Gate -------------&gt; JolokiaRequests -&gt; RequestCheck -&gt; Jolokia -&gt; MBean
 *              (slow ones cut)   (Host, Origin,     (size, UTF-8,      (arguments fit   (AccessRules:
 *                                 login)             JSON)              or HTTP 400)     policy, role)
 * </pre>
 */
@NullMarked
package io.sharedcounter.http;

import org.jspecify.annotations.NullMarked;
