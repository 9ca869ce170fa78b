package io.sharedcounter.testing;

import io.sharedcounter.archive.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Makes directories in memory, where the machine has such, for tests that force often and are not
 * about the disk. Stateless, thread-safe.
 */
public final class InMemory implements TempDirFactory {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static boolean isLoaded;

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    return create();
  }

  /** Makes one, to be deleted by the caller. */
  public static synchronized Path create() throws IOException {
    if (!Files.isWritable(MEMORY)) {
      return Files.createTempDirectory("sharedcounter");
    }
    if (!isLoaded) {
      // Nothing may be executed from there on some machines: SQLite is loaded from elsewhere.
      Path elsewhere = Files.createTempDirectory("sqlite");
      for (String name : new String[] {"", "lock", "native"}) {
        elsewhere.resolve(name).toFile().deleteOnExit();
      }
      DataDirectory.open(elsewhere).close();
      isLoaded = true;
    }
    return Files.createTempDirectory(MEMORY, "sharedcounter");
  }
}
