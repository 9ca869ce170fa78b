package io.sharedcounter.core;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Closes after each test the registries that it looked at. Stateless, thread-safe. */
public final class RegistriesClosing implements AfterEachCallback {
  @Override
  public void afterEach(ExtensionContext context) {
    Registries.closeAll();
  }
}
