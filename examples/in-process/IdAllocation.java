import io.sharedcounter.SharedCounters;
import io.sharedcounter.core.Counter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** Hands out ids from several threads: no id twice, none left out. */
public class IdAllocation {
  public static void main(String[] args) {
    try (SharedCounters counters = SharedCounters.open()) {
      Counter nextId = counters.namespace("orders").counter("next-id");
      Set<Long> given = ConcurrentHashMap.newKeySet();
      IntStream.range(0, 10_000).parallel().forEach(i -> given.add(nextId.increment()));
      System.out.println("ids given: " + given.size() + ", the last is " + nextId.get());
    }
  }
}
