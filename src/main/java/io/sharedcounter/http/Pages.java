package io.sharedcounter.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Serves the files of one directory, read-only, so that a page can read the counters from its own
 * origin. Without a directory there is nothing here. Thread-safe.
 */
final class Pages implements Answer.Source {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon");

  private final Optional<Path> directory;

  /**
   * Creates the source.
   *
   * @throws IllegalArgumentException if the directory does not exist
   */
  Pages(Optional<Path> directory) {
    try {
      this.directory = directory.isEmpty() ? directory : Optional.of(directory.get().toRealPath());
    } catch (IOException e) {
      throw new IllegalArgumentException("http.pages: " + directory.get() + " does not exist");
    }
    if (this.directory.isPresent() && !Files.isDirectory(this.directory.get())) {
      throw new IllegalArgumentException("http.pages: " + directory.get() + " is no directory");
    }
  }

  @Override
  public Answer answer(HttpExchange exchange, Caller caller) throws Refusal, IOException {
    Path file = find(exchange.getRequestURI().getRawPath()).orElseThrow(Pages::notFound);
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      throw new Refusal(405, "Method not allowed: use GET", Map.of("Allow", "GET, HEAD"));
    }
    RequestThreads.works();
    String name = String.valueOf(file.getFileName());
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String type = TYPES.getOrDefault(ending, "application/octet-stream");
    return new Answer(200, type, Files.readAllBytes(file), Map.of());
  }

  private Optional<Path> find(String rawPath) throws Refusal, IOException {
    if (directory.isEmpty()) {
      return Optional.empty();
    }
    String path = Texts.unescaped(rawPath);
    try {
      Path file =
          directory.get().resolve(path.substring(1) + (path.endsWith("/") ? "index.html" : ""));
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      // Only after links and dots are resolved is it clear where the file is.
      return Optional.of(file.toRealPath()).filter(real -> real.startsWith(directory.get()));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Refusal notFound() {
    return new Refusal(404, "Not found; Jolokia is at /jolokia");
  }
}
