package io.sharedcounter.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * The link from one member to another: passes on bytes, until it is cut. Cut, it is silent, as a
 * broken cable is: nothing is closed, nothing arrives, in either direction. Thread-safe.
 */
final class LinkProxy implements AutoCloseable {
  private final ServerSocket server;
  private final InetSocketAddress target;
  private final List<Socket> sockets = new ArrayList<>();
  private boolean isCut;
  private boolean isClosed;

  /** The link to a port of loopback, at a port of its own. */
  LinkProxy(int port) {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), port);
  }

  LinkProxy(InetSocketAddress at, int port) {
    target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      server = new ServerSocket(at.getPort(), 50, at.getAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  synchronized void cut(boolean cut) {
    isCut = cut;
    notifyAll();
  }

  private static void run(Runnable task) {
    Thread thread = new Thread(task, "test-link");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket from = server.accept();
        run(() -> connect(from));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void connect(Socket from) {
    Socket to = new Socket();
    synchronized (this) {
      sockets.removeIf(Socket::isClosed);
      sockets.add(from);
      sockets.add(to);
    }
    try {
      awaitWhole();
      from.setTcpNoDelay(true);
      to.setTcpNoDelay(true);
      to.connect(target, 2_000);
      run(() -> pass(to, from));
      pass(from, to);
    } catch (IOException e) {
      quietly(from);
      quietly(to);
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read; (read = in.read(buffer)) >= 0; ) {
        awaitWhole();
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // One end has closed, and so does the other.
    }
  }

  private synchronized void awaitWhole() throws IOException {
    try {
      while (isCut && !isClosed) {
        wait(1_000);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void quietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // It was closed already.
    }
  }

  @Override
  public void close() {
    List<Socket> all;
    synchronized (this) {
      isClosed = true;
      notifyAll();
      all = List.copyOf(sockets);
    }
    quietly(server);
    all.forEach(LinkProxy::quietly);
  }
}
