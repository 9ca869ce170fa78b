package io.sharedcounter.testing;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Fails each test, and each test class, that leaves an MBean or a thread of this library behind,
 * and each test that logs a warning which it did not expect.
 *
 * <p>It looks when the context of the test is torn down, after every other extension has closed
 * what it opened. A test inside a class that holds something open for all its tests is checked for
 * warnings only; for the rest the class is checked at its end. Stateless, thread-safe.
 */
public final class LeftoverCheck
    implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
  /** Long, for busy machines; only what is left behind waits for all of it. */
  private static final Duration DYING = Duration.ofSeconds(20);

  private static final Namespace OURS = Namespace.create(LeftoverCheck.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    context.getStore(OURS).put(Watch.class, new Watch(DYING));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    ExtensionContext.Store store = context.getStore(OURS);
    store.put(Watch.class, new Watch(DYING));
    store.put(Warnings.class, new Warnings());
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Warnings.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context.getStore(OURS).get(Warnings.class, Warnings.class);
  }

  /** What is watched from the beginning of a test or class to its end. */
  static final class Watch implements AutoCloseable {
    private final boolean wasClean = Leftovers.look().isEmpty();
    private final Duration dying;

    Watch(Duration dying) {
      this.dying = dying;
    }

    @Override
    public void close() {
      List<String> found = wasClean ? Leftovers.look().describe(dying) : List.of();
      if (!found.isEmpty()) {
        throw new AssertionError("left behind: " + String.join("; ", found));
      }
    }
  }
}
