package io.sharedcounter.document;

/** Says that a document is not whole: which line, what is wrong with it. Nothing was imported. */
public final class DocumentException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  DocumentException(String message, Throwable cause) {
    super(message, cause);
  }
}
