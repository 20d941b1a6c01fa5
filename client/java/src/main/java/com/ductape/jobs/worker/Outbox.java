package com.ductape.jobs.worker;

import com.ductape.jobs.ProtoTime;
import com.ductape.jobs.v1.Drain;
import com.ductape.jobs.v1.Heartbeat;
import com.ductape.jobs.v1.Hello;
import com.ductape.jobs.v1.Result;
import com.ductape.jobs.v1.RunRef;
import com.ductape.jobs.v1.Window;
import com.ductape.jobs.v1.WorkRequest;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a worker has to say, in the order in which it is said: on a new stream hello, then, once it
 * is welcomed, a drain, results, a new window, a heartbeat. Not thread-safe.
 */
final class Outbox {
  // A third of the lease, so that two heartbeats may be late.
  private static final int HEARTBEATS_PER_LEASE = 3;

  private final String product;
  private final WorkerOptions options;
  private final ResultBook book = new ResultBook();
  private boolean draining;
  private int window;

  // Of the stream.
  private boolean open; // welcomed, and not closed
  private boolean heartbeatWanted;
  private boolean drainSent;
  private int windowSent;
  private long lastSent;

  Outbox(String product, WorkerOptions options) {
    this.product = product;
    this.options = options;
    this.window = options.maxInFlight();
  }

  /** The first message of a new stream, which names what is in hand. */
  WorkRequest hello(String sessionId, Collection<Task> tasks) {
    heartbeatWanted = false;
    drainSent = false;
    windowSent = Math.max(window, 1);
    Hello.Builder hello =
        Hello.newBuilder()
            .setProduct(product)
            .setWorker(options.name())
            .setSessionId(sessionId)
            .addAllQueues(options.queues())
            .setMaxInFlight(windowSent)
            .setLease(ProtoTime.duration(options.lease()));
    // What is done but not acknowledged, and what is executed: else the server would deliver it
    // again. The first before the second, should there be too much: done is worth more than begun.
    InFlightList inHand = new InFlightList(hello);
    book.forEachRun(inHand::add);
    tasks.forEach(task -> inHand.add(task.delivery().getRun()));
    return WorkRequest.newBuilder().setHello(hello).build();
  }

  /** The server welcomed it: more may be sent. Drops the results of runs that were not kept. */
  void open(Predicate<RunRef> kept) {
    book.keep(kept);
    open = true;
    lastSent = System.nanoTime();
  }

  /** Nothing may be sent any more on this stream. */
  void close() {
    open = false;
  }

  /** The stream is over: what was not acknowledged is to be sent again on the next one. */
  void restart() {
    book.restart();
  }

  boolean isOpen() {
    return open;
  }

  /** The next message, if there is something to say. */
  Optional<WorkRequest> next() {
    WorkRequest.Builder request = WorkRequest.newBuilder();
    if (draining && !drainSent) {
      // Before results: what they make room for would be delivered to this worker again.
      drainSent = true;
      request.setDrain(Drain.getDefaultInstance());
    } else if (book.hasUnsent()) {
      request.setResults(book.next());
    } else if (windowSent != window) {
      windowSent = window;
      request.setWindow(Window.newBuilder().setMaxInFlight(window));
    } else if (heartbeatWanted) {
      request.setHeartbeat(Heartbeat.getDefaultInstance());
    } else {
      return Optional.empty();
    }
    heartbeatWanted = false;
    lastSent = System.nanoTime();
    return Optional.of(request.build());
  }

  void add(Result result) {
    book.add(result);
  }

  void acknowledge(long through) {
    book.acknowledge(through);
  }

  /** Whether all results are acknowledged. */
  boolean isEmpty() {
    return book.isEmpty();
  }

  void drain() {
    draining = true;
  }

  boolean isDraining() {
    return draining;
  }

  boolean drainIsSent() {
    return drainSent;
  }

  void setWindow(int maxInFlight) {
    window = maxInFlight;
  }

  void wantHeartbeat() {
    heartbeatWanted = true;
  }

  long heartbeatPeriod() {
    return options.lease().toNanos() / HEARTBEATS_PER_LEASE;
  }

  /** In how many nanoseconds a heartbeat is due. */
  long heartbeatIn(long now) {
    return lastSent + heartbeatPeriod() - now;
  }
}
