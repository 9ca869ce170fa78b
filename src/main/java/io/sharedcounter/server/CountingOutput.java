package io.sharedcounter.server;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes that go through. Confined to one thread, but for the count. */
final class CountingOutput extends FilterOutputStream {
  private final AtomicLong count;

  CountingOutput(OutputStream out, AtomicLong count) {
    super(out);
    this.count = count;
  }

  @Override
  public void write(int one) throws IOException {
    out.write(one);
    count.incrementAndGet();
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    count.addAndGet(length);
  }
}
