package io.sharedcounter.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the tests of the contract, as they are, on namespaces that survive. */
@Tag("proof")
class EveryKindTest {
  private static final boolean LONG = "long".equals(System.getProperty("sharedcounter.proof"));

  private static List<Class<?>> contract() {
    List<Class<?>> classes =
        new ArrayList<>(
            List.of(
                CounterOperationsTest.class,
                CounterLimitTest.class,
                CounterLockTest.class,
                CounterLockWaitTest.class,
                RegistryCloseTest.class,
                RegistryListenerTest.class));
    if (LONG) {
      // Thousands of registries each.
      classes.addAll(List.of(CounterExactnessTest.class, FindCountersTest.class, NamesTest.class));
    }
    return classes;
  }

  @ParameterizedTest
  @EnumSource(names = "MEMORY", mode = EnumSource.Mode.EXCLUDE)
  void everyTestOfTheContractPasses(Registries.Kind kind) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(contract().stream().map(DiscoverySelectors::selectClass).toList())
            .build();
    Results results = new Results();
    Registries.use(kind);
    try {
      LauncherFactory.create().execute(request, results);
    } finally {
      Registries.use(Registries.Kind.MEMORY);
    }
    assertEquals(List.of(), results.failures);
    assertTrue(results.passed > 80, "only " + results.passed);
  }

  /** What became of the tests. Confined to one run. */
  private static final class Results implements TestExecutionListener {
    private final List<String> failures = new ArrayList<>();
    private int passed;

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      result
          .getThrowable()
          .ifPresent(failure -> failures.add(test.getLegacyReportingName() + ": " + failure));
      if (test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
        passed++;
      }
    }
  }
}
