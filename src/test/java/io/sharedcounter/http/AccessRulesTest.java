package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import javax.management.ObjectName;
import org.jolokia.server.core.restrictor.policy.PolicyRestrictor;
import org.junit.jupiter.api.Test;

class AccessRulesTest {
  @Test
  void namesThatCallersInventDoNotFillTheHeap() throws Exception {
    AccessRules rules =
        new AccessRules(
            new PolicyRestrictor(new ByteArrayInputStream("<restrict/>".getBytes(Answer.UTF_8))));
    long room = Runtime.getRuntime().maxMemory();
    String mebibyte = "x".repeat(1 << 20);
    // Each name is in memory twice or more, so that half of them would be too many.
    long names = Math.min(1_000, room / mebibyte.length());
    boolean allowed = true;
    for (int i = 0; i < names; i++) {
      ObjectName name = new ObjectName("io.sharedcounter:type=Counter,name=" + i + mebibyte);
      allowed &=
          rules.<Boolean, RuntimeException>runAs(
              Caller.ANONYMOUS, () -> rules.isOperationAllowed(name, "get"));
    }
    assertTrue(allowed);
  }
}
