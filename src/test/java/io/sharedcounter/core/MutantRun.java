package io.sharedcounter.core;

import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs one test method and ends with 1 if it is red, 0 if green. Confined to one thread. */
final class MutantRun {
  private MutantRun() {}

  /** Runs {@code Class.method} of this package. */
  public static void main(String[] args) {
    String[] test = args[0].split("\\.", -1);
    PostDiscoveryFilter method =
        found -> FilterResult.includedIf(found.getUniqueId().toString().contains(":" + test[1]));
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass("io.sharedcounter.core." + test[0]))
            .filters(method)
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    TestExecutionSummary summary = listener.getSummary();
    boolean red = summary.getTotalFailureCount() > 0;
    System.exit(summary.getTestsStartedCount() == 0 ? 2 : red ? 1 : 0);
  }
}
