package com.ductape.jobs.worker;

import com.ductape.jobs.JobsClient;
import com.ductape.jobs.JobsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Builds a {@link Worker}. A queue and a handler are required. Not thread-safe. */
public final class WorkerBuilder {
  static final int MAX_IN_FLIGHT = 100_000;
  private static final int DEFAULT_IN_FLIGHT = 100;
  private static final int MAX_THREADS = 1_000;
  private static final int DEFAULT_MAX_THREADS = 256;
  private static final Duration MIN_LEASE = Duration.ofSeconds(1);
  private static final Duration MAX_LEASE = Duration.ofHours(1);
  private static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

  private final JobsClient client;
  private final List<String> queues = new ArrayList<>();
  private String name = "";
  private int maxInFlight = DEFAULT_IN_FLIGHT;
  private int threads;
  private Executor executor;
  private boolean interrupts = true;
  private Duration lease = DEFAULT_LEASE;
  private Consumer<Task> execute;
  private boolean async;
  private Consumer<Optional<JobsException>> onStreamEnd = error -> {};

  WorkerBuilder(JobsClient client) {
    this.client = Objects.requireNonNull(client);
  }

  /**
   * Adds queues to serve. {@code ACTION/send_report} is that of the event ACTION {@code
   * send_report} that names none.
   *
   * @param more 1 to 100 in all
   * @return this
   */
  public WorkerBuilder queues(String... more) {
    queues.addAll(List.of(more));
    return this;
  }

  /**
   * Sets the name that is shown on the attempts it takes. Unset: none.
   *
   * @param name for people; up to 256 characters
   * @return this
   */
  public WorkerBuilder name(String name) {
    this.name = Objects.requireNonNull(name);
    return this;
  }

  /**
   * Sets how many runs it has in hand at most, waiting for a thread or executed. Unset: 100. When
   * its stream breaks it keeps some 25,000 of them, as many as a message to the server can name,
   * results that were not acknowledged included; the others are stopped here, and delivered again.
   *
   * @param maxInFlight 1 to 100,000
   * @return this
   */
  public WorkerBuilder maxInFlight(int maxInFlight) {
    this.maxInFlight = maxInFlight;
    return this;
  }

  /**
   * Sets how many threads of its own execute runs. Unset: as many as runs in hand, up to 256.
   *
   * @param threads 1 to 1,000
   * @return this
   */
  public WorkerBuilder threads(int threads) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException("a worker has 1 to 1,000 threads: " + threads);
    }
    this.threads = threads;
    return this;
  }

  /**
   * Sets what executes handlers, in place of threads of its own. It stays the caller's, and must
   * outlive the worker. What it rejects is given back to the server. {@code Runnable::run} calls
   * handlers on gRPC's own thread: for those that only start something, and never block.
   *
   * @param executor the executor
   * @return this
   */
  public WorkerBuilder executor(Executor executor) {
    this.executor = Objects.requireNonNull(executor);
    return this;
  }

  /**
   * Sets whether the thread of a {@link TaskHandler} is interrupted when its run is to be stopped.
   * Unset: it is.
   *
   * @param interrupt false: handlers ask {@link Task#isCancelled} or {@link Task#onCancel}
   * @return this
   */
  public WorkerBuilder interruptOnCancel(boolean interrupt) {
    this.interrupts = interrupt;
    return this;
  }

  /**
   * Sets how long the server waits for a sign of life. Unset: 30 s. Heartbeats are sent by
   * themselves.
   *
   * @param lease 1 s to 1 h
   * @return this
   */
  public WorkerBuilder lease(Duration lease) {
    this.lease = Objects.requireNonNull(lease);
    return this;
  }

  /**
   * Sets what executes runs.
   *
   * @param handler is called for each run
   * @return this
   */
  public WorkerBuilder handler(TaskHandler handler) {
    Objects.requireNonNull(handler);
    execute = task -> Execution.run(task, handler);
    async = false;
    return this;
  }

  /**
   * Sets what executes runs and answers later. {@link Worker#stop} does not wait for what it began.
   *
   * @param handler is called for each run
   * @return this
   */
  public WorkerBuilder asyncHandler(AsyncTaskHandler handler) {
    Objects.requireNonNull(handler);
    execute = task -> Execution.begin(task, handler);
    async = true;
    return this;
  }

  /**
   * Sets who is told how each stream ended: empty when the server or a drain ended it. The worker
   * connects again by itself unless the error is one that stays ({@link Worker#awaitEnd}).
   *
   * @param onStreamEnd called on a thread of the library, which it must not block
   * @return this
   */
  public WorkerBuilder onStreamEnd(Consumer<Optional<JobsException>> onStreamEnd) {
    this.onStreamEnd = Objects.requireNonNull(onStreamEnd);
    return this;
  }

  /**
   * Starts the worker. It connects in the background.
   *
   * @return a worker, to be closed by the caller
   * @throws IllegalArgumentException if there is no queue or no handler, or a number is out of
   *     range
   */
  public Worker start() {
    check(!queues.isEmpty(), "a worker serves some queue");
    check(execute != null, "a worker has a handler");
    check(
        maxInFlight >= 1 && maxInFlight <= MAX_IN_FLIGHT,
        "a worker has 1 to 100,000 runs in flight");
    check(
        lease.compareTo(MIN_LEASE) >= 0 && lease.compareTo(MAX_LEASE) <= 0,
        "a worker's lease is 1 s to 1 h");
    int own = threads > 0 ? threads : Math.min(maxInFlight, DEFAULT_MAX_THREADS);
    Executor runs = executor != null ? executor : Threads.pool(own);
    boolean interrupt = interrupts && !async;
    Session session =
        new Session(
            client,
            new WorkerOptions(
                List.copyOf(queues),
                name,
                maxInFlight,
                lease,
                runs,
                interrupt,
                execute,
                onStreamEnd));
    session.start();
    return new Worker(session);
  }

  private static void check(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
