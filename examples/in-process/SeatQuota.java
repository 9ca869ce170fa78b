import io.sharedcounter.SharedCounters;
import io.sharedcounter.core.CounterLock;
import io.sharedcounter.core.CounterRegistry;
import java.util.stream.IntStream;

/** Sells at most 100 seats, however many ask at once: looking and taking under one lock. */
public class SeatQuota {
  private static final int SEATS = 100;

  public static void main(String[] args) {
    try (SharedCounters counters = SharedCounters.open()) {
      CounterRegistry shows = counters.namespace("shows");
      long sold = IntStream.range(0, 500).parallel().filter(i -> takeSeat(shows)).count();
      System.out.println("sold: " + sold + ", seats taken: " + shows.get("seats"));
    }
  }

  private static boolean takeSeat(CounterRegistry shows) {
    try (CounterLock seats = shows.lockCounter("seats")) {
      if (seats.get() >= SEATS) {
        return false;
      }
      seats.increment();
      return true;
    }
  }
}
