package io.sharedcounter.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jolokia.server.core.restrictor.policy.PolicyRestrictor;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * Reads a policy file. Looks at it before Jolokia does, which takes any document for a policy,
 * follows a document type, and has the parser print to standard error. Stateless, thread-safe.
 */
final class Policy {
  private static final String PACKED = "jolokia-access.xml";

  private Policy() {}

  /**
   * Reads the file, or the one that is packed in.
   *
   * @throws IllegalArgumentException that names the file and, where it can, the line, if it cannot
   *     be read or is no policy
   */
  static PolicyRestrictor read(Optional<Path> file) {
    String where = "http.policy: " + file.map(Path::toString).orElse(PACKED);
    byte[] xml;
    try {
      xml = file.isPresent() ? Files.readAllBytes(file.get()) : packed();
    } catch (IOException e) {
      throw new IllegalArgumentException(where + " cannot be read: " + Reasons.of(e));
    }
    try {
      check(xml);
      return new PolicyRestrictor(new ByteArrayInputStream(xml));
    } catch (SAXParseException e) {
      throw new IllegalArgumentException(
          where + " line " + e.getLineNumber() + ": " + e.getMessage());
    } catch (SAXException | IOException | SecurityException e) {
      throw new IllegalArgumentException(where + ": " + e.getMessage());
    }
  }

  private static byte[] packed() throws IOException {
    try (InputStream in = Policy.class.getResourceAsStream(PACKED)) {
      if (in == null) {
        throw new IOException("it is not in the jar");
      }
      return in.readAllBytes();
    }
  }

  private static void check(byte[] xml) throws SAXException, IOException {
    DocumentBuilder parser;
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      parser = factory.newDocumentBuilder();
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("http: this JVM has no XML parser for policies", e);
    }
    parser.setErrorHandler(new Silent());
    String root = parser.parse(new ByteArrayInputStream(xml)).getDocumentElement().getTagName();
    if (!root.equals("restrict")) {
      throw new SAXException("it is a <" + Texts.shortened(root) + ">; a policy is a <restrict>");
    }
  }

  /** Throws what the parser would print. Stateless, thread-safe. */
  private static final class Silent implements ErrorHandler {
    @Override
    public void warning(SAXParseException e) {
      // What is only odd is Jolokia's to judge.
    }

    @Override
    public void error(SAXParseException e) throws SAXException {
      throw e;
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXException {
      throw e;
    }
  }
}
