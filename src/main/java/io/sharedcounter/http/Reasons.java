package io.sharedcounter.http;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says why a file cannot be read, for people. Stateless, thread-safe. */
final class Reasons {
  private Reasons() {}

  static String of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    // The message of these begins with the name of the file, or is nothing else.
    String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return reason == null ? "no reason is known" : reason;
  }
}
