package io.sharedcounter.jmx;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the MBean of one instance tells. Immutable, apart from what the suppliers answer; they are
 * asked at each read of their attribute, by any thread.
 *
 * @param instance the name that tells this instance from others in the JVM; empty for the only one
 * @param instanceId tells this instance from every other one, in this JVM and elsewhere
 * @param version the version of the library
 * @param uptime answers how long the instance has been open
 * @param namespaces answers the features of each namespace, by its name
 * @param jolokiaUrl answers where Jolokia listens; empty when it does not
 * @param dataDirectory where the namespaces keep their files; empty when none does
 * @param health answers {@code OK}, or what is wrong
 */
public record InstanceFacts(
    String instance,
    String instanceId,
    String version,
    Supplier<Duration> uptime,
    Supplier<Map<String, List<String>>> namespaces,
    Supplier<String> jolokiaUrl,
    String dataDirectory,
    Supplier<String> health) {}
