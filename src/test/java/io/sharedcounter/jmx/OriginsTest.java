package io.sharedcounter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.Principal;
import java.security.PrivilegedAction;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.remote.JMXPrincipal;
import javax.security.auth.Subject;
import org.junit.jupiter.api.Test;

final class OriginsTest {
  private record HttpUser(String name) implements Principal {
    @Override
    public String getName() {
      return name;
    }
  }

  private static Subject subject(Principal... principals) {
    Set<Principal> set = Arrays.stream(principals).collect(Collectors.toSet());
    return new Subject(true, set, Set.of(), Set.of());
  }

  /** Deprecated in later versions for one that 17 does not have; works on all from 17 to 25. */
  @SuppressWarnings("removal")
  private static String seenAs(Subject subject) {
    return Subject.doAs(subject, (PrivilegedAction<String>) Origins::current);
  }

  @Test
  void callersThatDidNotLogInAreLocal() {
    assertEquals("jmx:local", Origins.current());
    assertEquals("jmx:local", seenAs(subject()));
  }

  @Test
  void usersOfTheAgentAreJmx() {
    assertEquals("jmx:controlRole", seenAs(subject(new JMXPrincipal("controlRole"))));
    assertEquals("jmx:uid=a", seenAs(subject(new HttpUser("uid=a"))));
  }

  @Test
  void usersOfTheHttpFaceAreHttp() {
    assertEquals("http:alice", seenAs(subject(new HttpUser("http:alice"))));
  }

  @Test
  void nobodyPassesForAnHttpUserByAJmxName() {
    assertEquals("jmx:http:alice", seenAs(subject(new JMXPrincipal("http:alice"))));
  }

  @Test
  @SuppressWarnings("removal")
  void theOriginReachesNotificationsAndLocks() throws Exception {
    try (OpenNamespace orders = new OpenNamespace()) {
      BlockingQueue<Notification> heard = orders.listen();
      PrivilegedAction<Object> set = () -> orders.call("set", "seats", 7L);
      Subject.doAs(subject(new HttpUser("http:alice")), set);
      OpenNamespace.next(heard);
      assertEquals("seats: 0 -> 7 by http:alice", OpenNamespace.next(heard).getMessage());
      PrivilegedAction<Object> lock = () -> orders.call("lockCounter", "seats", 0L);
      Subject.doAs(subject(new JMXPrincipal("ops")), lock);
      assertEquals("jmx:ops", orders.registry.locks().get("seats").holder());
    }
  }
}
