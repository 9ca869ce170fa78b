import io.sharedcounter.SharedCounters;
import io.sharedcounter.core.Counter;
import io.sharedcounter.core.CounterRegistry;
import java.util.stream.IntStream;

/** Counts what a job has done, so that JConsole can chart it while it runs. */
public class JobProgress {
  public static void main(String[] args) {
    try (SharedCounters counters = SharedCounters.open()) {
      CounterRegistry job = counters.namespace("nightly-import");
      job.set("rows.total", 20_000);
      Counter done = job.counter("rows.done");
      Counter failed = job.counter("rows.failed");
      IntStream.range(0, 20_000)
          .parallel()
          .forEach(row -> (row % 1_000 == 0 ? failed : done).increment());
      System.out.println(job.getAllCounters());
    }
  }
}
