package io.sharedcounter.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.Charset;
import java.util.Map;
import javax.security.auth.Subject;
import org.jolokia.server.core.config.ConfigKey;
import org.jspecify.annotations.Nullable;

/**
 * The exchange that Jolokia's handler sees: our request, always a POST of UTF-8, and an answer that
 * is kept in memory, so that it can be sent whole and no peer slows Jolokia down. Confined to the
 * request's thread.
 */
final class MemoryExchange extends HttpExchange {
  private final URI uri;
  private final InetSocketAddress remote;
  private final Subject subject;
  private final Headers requestHeaders = new Headers();
  private final Headers responseHeaders = new Headers();
  private final ByteArrayOutputStream response = new ByteArrayOutputStream(512);
  private final InputStream request;
  private int status = -1;

  MemoryExchange(URI uri, byte[] request, InetSocketAddress remote, Subject subject) {
    this.uri = uri;
    this.request = new ByteArrayInputStream(request);
    this.remote = remote;
    this.subject = subject;
    requestHeaders.set("Content-Type", "application/json; charset=utf-8");
  }

  /** Returns what the handler has answered. */
  Answer answer() {
    byte[] body = response.toByteArray();
    if (status != 200) {
      // The handler writes these texts in the JVM's own charset, whatever its header says.
      body = new String(body, Charset.defaultCharset()).getBytes(Answer.UTF_8);
    }
    String type = responseHeaders.getFirst("Content-Type");
    return new Answer(status, type == null ? Answer.TEXT : type, body, Map.of());
  }

  @Override
  public Headers getRequestHeaders() {
    return requestHeaders;
  }

  @Override
  public Headers getResponseHeaders() {
    return responseHeaders;
  }

  @Override
  public URI getRequestURI() {
    return uri;
  }

  @Override
  public String getRequestMethod() {
    return "POST";
  }

  @Override
  public InputStream getRequestBody() {
    return request;
  }

  @Override
  public OutputStream getResponseBody() {
    return response;
  }

  @Override
  public void sendResponseHeaders(int code, long length) {
    status = code;
  }

  @Override
  public int getResponseCode() {
    return status;
  }

  @Override
  public InetSocketAddress getRemoteAddress() {
    return remote;
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return name.equals(ConfigKey.JAAS_SUBJECT_REQUEST_ATTRIBUTE) ? subject : null;
  }

  @Override
  public void close() {}

  @Override
  public HttpContext getHttpContext() {
    throw new UnsupportedOperationException();
  }

  @Override
  public InetSocketAddress getLocalAddress() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String getProtocol() {
    return "HTTP/1.1";
  }

  @Override
  public void setAttribute(String name, Object value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setStreams(InputStream in, OutputStream out) {
    throw new UnsupportedOperationException();
  }

  @Override
  public HttpPrincipal getPrincipal() {
    throw new UnsupportedOperationException();
  }
}
