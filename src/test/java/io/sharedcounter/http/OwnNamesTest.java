package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnNamesTest {
  private static InetAddress address(int... bytes) throws Exception {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    return InetAddress.getByAddress(raw);
  }

  @Test
  void loopbackHasItsThreeNames() throws Exception {
    Set<String> names = OwnNames.of("127.0.0.1", address(127, 0, 0, 1), Set.of());
    assertEquals(Set.of("localhost", "127.0.0.1", "[::1]"), names);
  }

  @Test
  void otherAddressesAreNotCalledLocalhost() throws Exception {
    Set<String> names =
        OwnNames.of(
            "Counters.Example", address(10, 0, 0, 1), Set.of("c.example", "2001:db8:0:0:0:0:0:1"));
    assertTrue(
        names.containsAll(Set.of("counters.example", "10.0.0.1", "c.example", "[2001:db8::1]")),
        names.toString());
    assertFalse(names.contains("localhost"));
  }

  @Test
  void ipv6AddressesAreKnownAsClientsWriteThem() throws Exception {
    InetAddress any = address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertTrue(OwnNames.of("::", any, Set.of()).contains("[::]"));
    InetAddress one = address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    assertTrue(OwnNames.of("::1", one, Set.of()).contains("[::1]"));
  }
}
