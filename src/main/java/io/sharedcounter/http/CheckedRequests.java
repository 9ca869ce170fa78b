package io.sharedcounter.http;

import java.util.List;
import org.jolokia.server.core.request.JolokiaRequest;

/**
 * What one HTTP request asks for: parsed, and found to fit. Confined to the request's thread.
 *
 * @param requests one, or those of a bulk
 * @param isBulk whether the answer is an array
 */
record CheckedRequests(List<JolokiaRequest> requests, boolean isBulk) {}
