package com.ductape.jobs.worker;

import com.ductape.jobs.v1.Result;
import com.ductape.jobs.v1.Results;
import com.ductape.jobs.v1.RunRef;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The results of a worker until the server has acknowledged them, in batches as large as the server
 * takes. Not thread-safe.
 */
final class ResultBook {
  /** Below the 10,000 and the 512 KiB that the server takes. */
  static final int MAX_RESULTS = 8_000;

  static final int MAX_BYTES = 480 * 1024;
  // What a result takes beside its own bytes: a tag and a length.
  private static final int HEAD_BYTES = 6;

  private final ArrayDeque<Result> unsent = new ArrayDeque<>();
  private final ArrayDeque<Results> unacknowledged = new ArrayDeque<>();
  private long sequence;

  void add(Result result) {
    unsent.add(result);
  }

  boolean hasUnsent() {
    return !unsent.isEmpty();
  }

  /** Whether all that was added is acknowledged. */
  boolean isEmpty() {
    return unsent.isEmpty() && unacknowledged.isEmpty();
  }

  /** The next batch, numbered; held until it is acknowledged. There must be something unsent. */
  Results next() {
    Results.Builder batch = Results.newBuilder().setSequence(++sequence);
    int bytes = 0;
    while (!unsent.isEmpty() && batch.getResultsCount() < MAX_RESULTS) {
      bytes += unsent.peek().getSerializedSize() + HEAD_BYTES;
      if (bytes > MAX_BYTES && batch.getResultsCount() > 0) {
        break;
      }
      batch.addResults(unsent.poll());
    }
    Results results = batch.build();
    unacknowledged.add(results);
    return results;
  }

  /** Batches up to this sequence are done with. */
  void acknowledge(long through) {
    while (!unacknowledged.isEmpty() && unacknowledged.peek().getSequence() <= through) {
      unacknowledged.poll();
    }
  }

  /** A new stream: numbers begin anew, and what was not acknowledged is sent again, first. */
  void restart() {
    sequence = 0;
    while (!unacknowledged.isEmpty()) {
      Results last = unacknowledged.pollLast();
      for (int i = last.getResultsCount() - 1; i >= 0; --i) {
        unsent.addFirst(last.getResults(i));
      }
    }
  }

  /** Shows each run whose result is not acknowledged. */
  void forEachRun(Consumer<RunRef> see) {
    unacknowledged.forEach(batch -> batch.getResultsList().forEach(r -> see.accept(r.getRun())));
    unsent.forEach(result -> see.accept(result.getRun()));
  }

  /** Drops the results of other runs. Only right after a restart. */
  void keep(Predicate<RunRef> kept) {
    unsent.removeIf(result -> !kept.test(result.getRun()));
  }
}
