package io.sharedcounter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The README as its tests see it. Stateless, thread-safe. */
final class ReadmeBlocks {
  static final Path FILE = Path.of("README.md");

  private ReadmeBlocks() {}

  /** Returns the code blocks of that language, in order. */
  static List<String> of(String language) throws IOException {
    Pattern block = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$");
    List<String> found =
        block.matcher(Files.readString(FILE)).results().map(match -> match.group(1)).toList();
    if (found.isEmpty()) {
      throw new AssertionError("no " + language + " in " + FILE);
    }
    return found;
  }
}
