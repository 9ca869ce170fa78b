package io.sharedcounter.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.jolokia.json.parser.ParseException;

/**
 * Sends requests byte by byte as a test wants them, also such as no well-behaved client would send.
 * Confined to its test.
 */
final class Http {
  private final int port;
  private final List<String> headers = new ArrayList<>();
  private String host;

  Http(URI url) {
    port = url.getPort();
    host = "127.0.0.1:" + port;
  }

  record Response(int status, Map<String, String> headers, String body) {
    JSONObject json() {
      try {
        return (JSONObject) new JSONParser().parse(body);
      } catch (ParseException | IOException e) {
        throw new AssertionError("not JSON: " + body, e);
      }
    }

    Object value() {
      if (!Long.valueOf(200).equals(json().get("status"))) {
        throw new AssertionError("failed: " + body);
      }
      return json().get("value");
    }

    long jsonStatus() {
      return (Long) json().get("status");
    }

    String error() {
      return String.valueOf(json().get("error"));
    }
  }

  Http with(String header) {
    headers.add(header);
    return this;
  }

  Http host(String name) {
    host = name;
    return this;
  }

  Http as(String user, String password) {
    byte[] credentials = (user + ":" + password).getBytes(UTF_8);
    return with("Authorization: Basic " + Base64.getEncoder().encodeToString(credentials));
  }

  Response get(String path) throws IOException {
    return send("GET", path, new byte[0]);
  }

  Response post(String body) throws IOException {
    return post("/jolokia", body);
  }

  Response post(String path, String body) throws IOException {
    return with("Content-Type: application/json").send("POST", path, body.getBytes(UTF_8));
  }

  Response exec(String operation, Object... arguments) throws IOException {
    return post(execJson(operation, arguments));
  }

  static String execJson(String operation, Object... arguments) {
    JSONObject json = new JSONObject();
    json.put("type", "exec");
    json.put("mbean", FakeRegistry.NAME);
    json.put("operation", operation);
    json.put("arguments", List.of(arguments));
    return json.toJSONString();
  }

  Response send(String method, String path, byte[] body) throws IOException {
    try (Socket socket = open()) {
      StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
      head.append("Host: ").append(host).append("\r\n");
      headers.forEach(header -> head.append(header).append("\r\n"));
      if (body.length > 0) {
        head.append("Content-Length: ").append(body.length).append("\r\n");
      }
      head.append("Connection: close\r\n\r\n");
      socket.getOutputStream().write(head.toString().getBytes(UTF_8));
      socket.getOutputStream().write(body);
      return read(socket.getInputStream());
    }
  }

  Socket open() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Reads one response; its end is where its length says, or the end of the connection. */
  static Response read(InputStream in) throws IOException {
    int status = Integer.parseInt(line(in).substring(9, 12));
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    String length = headers.getOrDefault("content-length", "0");
    byte[] body = in.readNBytes(Integer.parseInt(length));
    if (body.length != Integer.parseInt(length)) {
      throw new AssertionError("a body of " + body.length + " bytes, said to be " + length);
    }
    return new Response(status, headers, new String(body, UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = in.read();
    for (; b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("the connection was closed");
      }
      line.write(b);
    }
    return line.toString(UTF_8).stripTrailing();
  }
}
