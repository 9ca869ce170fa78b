package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import javax.management.ObjectName;
import org.jolokia.server.core.restrictor.policy.PolicyRestrictor;
import org.junit.jupiter.api.Test;

class AccessRulesTest {
  @Test
  void whatCallersInventDoesNotFillTheHeap() throws Exception {
    AccessRules rules =
        new AccessRules(
            new PolicyRestrictor(new ByteArrayInputStream("<restrict/>".getBytes(Answer.UTF_8))));
    ObjectName name = new ObjectName("io.sharedcounter:type=Counter");
    String invented = "x".repeat(4 << 20);
    long moreThanFit = Runtime.getRuntime().maxMemory() / invented.length() + 1;
    for (long i = 0; i < moreThanFit; i++) {
      String operation = invented + i;
      assertThrows(SecurityException.class, () -> rules.isOperationAllowed(name, operation));
    }
  }
}
