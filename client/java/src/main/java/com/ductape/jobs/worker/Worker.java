package com.ductape.jobs.worker;

import com.ductape.jobs.JobsClient;
import java.time.Duration;

/**
 * Executes the runs of events with a worker target.
 *
 * <pre>{@code
 * try (Worker worker =
 *     Worker.builder(client).queues("FUNCTION/send_report").handler(task -> send(task)).start()) {
 *   …
 *   worker.drain(Duration.ofSeconds(30));
 * }
 * }</pre>
 *
 * <p>It is connected for as long as it lives. It takes runs while there is room, returns their
 * results in batches as they come, sends heartbeats, passes cancels on, and when its stream breaks
 * connects again after a growing wait ({@link JobsClient#retry}) and takes up its session: what it
 * executes stays its own if it is back within the server's grace, and results that were not
 * acknowledged are sent again.
 *
 * <p>A run may be delivered more than once: what must not happen twice is keyed by the run's id.
 *
 * <p>Thread-safe. Close the worker before its client.
 */
public final class Worker implements AutoCloseable {
  private final Session session;

  Worker(Session session) {
    this.session = session;
  }

  /**
   * {@return what builds a worker}
   *
   * @param client whose connection, product and backoff the worker uses
   */
  public static WorkerBuilder builder(JobsClient client) {
    return new WorkerBuilder(client);
  }

  /**
   * Changes how many runs it has in hand at most. Runs in hand are kept.
   *
   * @param maxInFlight 0 to 100,000; 0: no runs for now
   * @throws IllegalArgumentException if it is out of range
   */
  public void setMaxInFlight(int maxInFlight) {
    if (maxInFlight < 0 || maxInFlight > WorkerBuilder.MAX_IN_FLIGHT) {
      throw new IllegalArgumentException("a worker has 0 to 100,000 runs in flight");
    }
    session.setMaxInFlight(maxInFlight);
  }

  /**
   * Leaves in good order: takes no more runs, finishes those it has, waits until the server has
   * acknowledged their results, and closes the stream.
   *
   * @param timeout how long that may take; then {@link #stop} is called
   * @return whether it was in good order
   * @throws InterruptedException if this thread is interrupted; the worker drains on
   */
  public boolean drain(Duration timeout) throws InterruptedException {
    return session.drain(timeout);
  }

  /**
   * Ends at once: runs in hand are cancelled locally and given back to the server as far as the
   * stream stands. Waits for the handlers, unless this thread is interrupted. Not from a handler.
   * Idempotent.
   */
  public void stop() {
    session.stop();
  }

  /** As {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  /**
   * Waits until the worker has ended, by {@link #drain}, {@link #stop} or the server's refusal.
   *
   * @throws com.ductape.jobs.JobsException if the server refused it for good: INVALID_ARGUMENT,
   *     UNAUTHENTICATED, PERMISSION_DENIED or UNIMPLEMENTED
   * @throws InterruptedException if this thread is interrupted
   */
  public void awaitEnd() throws InterruptedException {
    session.awaitEnd();
  }

  /**
   * {@return whether a stream stands and is welcomed now}
   *
   * @param timeout how long to wait for it
   * @throws InterruptedException if this thread is interrupted
   */
  public boolean awaitConnected(Duration timeout) throws InterruptedException {
    return session.awaitConnected(timeout);
  }

  /** {@return how many runs are in hand} */
  public int inFlight() {
    return session.inFlight();
  }

  /** {@return the id under which the server knows it; empty before the first welcome} */
  public String sessionId() {
    return session.sessionId();
  }
}
