package io.sharedcounter.archive;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.testing.Disk;
import io.sharedcounter.testing.Faults;
import io.sharedcounter.testing.InMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lets every call to the disk fail in turn, in every way: what was acknowledged survives, what was
 * refused is neither seen nor found, and what cannot be known stops the namespace.
 */
@Tag("proof")
@Tag("compiler")
class DiskFaultsTest {
  private static final boolean LONG = "long".equals(System.getProperty("sharedcounter.proof"));

  @TempDir static Path built;
  private static Path library;

  @TempDir(factory = InMemory.class)
  Path root;

  @BeforeAll
  static void compile() throws Exception {
    library = Disk.compile(built);
  }

  @ParameterizedTest
  @EnumSource
  void everyCallFailsInTurn(Archived.Kind kind) throws Exception {
    Path control = Faults.create(built.resolve("control"));
    Path disk = Files.createDirectory(root.resolve("disk"));
    String printed =
        Disk.run(
            library,
            Map.of("DISK_ROOT", disk.toString(), "DISK_CONTROL", control.toString()),
            0,
            FaultSweep.class,
            disk.toString(),
            control.toString(),
            kind.name(),
            LONG ? "1" : "23");
    // Else nothing has failed, and nothing is proven.
    long failed =
        printed
            .lines()
            .flatMapToInt(line -> line.substring(line.indexOf(';')).chars())
            .filter(Character::isLetter)
            .count();
    assertTrue(failed > 20, printed);
    assertTrue(Pattern.compile("[1-9][0-9]* refused").matcher(printed).find(), printed);
    if (kind == Archived.Kind.POWER_LOSS) {
      assertTrue(Pattern.compile("[1-9][0-9]* unknown").matcher(printed).find(), printed);
    }
  }
}
