package conformance;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Repeats a check until it complains no more. */
final class Patience {
  private static final long PAUSE_MILLIS = 50;

  private Patience() {}

  /** The last complaint if there still was one in the end. */
  static Optional<String> until(Duration patience, Callable<Optional<String>> check)
      throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<String> complaint = check.call();
      if (complaint.isEmpty() || System.nanoTime() - end >= 0) {
        return complaint;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
