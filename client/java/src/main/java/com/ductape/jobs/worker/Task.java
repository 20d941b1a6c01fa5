package com.ductape.jobs.worker;

import com.ductape.jobs.Json;
import com.ductape.jobs.ProtoTime;
import com.ductape.jobs.v1.Delivery;
import com.ductape.jobs.v1.Result;
import com.google.protobuf.Empty;
import com.google.protobuf.Struct;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;

/**
 * One delivery of a run to a handler. A run may be delivered more than once: what must not happen
 * twice is keyed by {@link #runId}. Thread-safe.
 */
public final class Task {
  /** The reason with which a worker that is stopped cancels: the server knows nothing of it. */
  static final String STOPPED = "STOPPED";

  private enum State {
    WAITING,
    EXECUTED,
    ANSWERED
  }

  private final Delivery delivery;
  private final BiConsumer<Task, Result> owner;
  private final boolean interrupts;
  // All below is guarded by this.
  private State state = State.WAITING;
  private String cancelReason = "";
  private Runnable stop;
  private Thread runner;

  /**
   * For the session.
   *
   * @param owner takes the answer, once
   * @param interrupts whether a cancellation interrupts the thread of the handler
   */
  Task(Delivery delivery, boolean interrupts, BiConsumer<Task, Result> owner) {
    this.delivery = delivery;
    this.interrupts = interrupts;
    this.owner = owner;
  }

  /** {@return all that the server sent} */
  public Delivery delivery() {
    return delivery;
  }

  /** {@return the run's id: the same over retries and redeliveries, and never used again} */
  public String runId() {
    return delivery.getRun().getRunId();
  }

  /** {@return the fencing token: it rises with each delivery of the run; unsigned} */
  public long token() {
    return delivery.getRun().getToken();
  }

  /** {@return the tag of the job} */
  public String jobTag() {
    return delivery.getJobTag();
  }

  /** {@return the run's number within its job, from 1} */
  public long number() {
    return delivery.getNumber();
  }

  /** {@return the attempt, from 1} */
  public int attempt() {
    return delivery.getAttempt();
  }

  /** {@return the nominal time of the occurrence; of a manual run the time of its call} */
  public Instant scheduledTime() {
    return ProtoTime.instant(delivery.getScheduledTime());
  }

  /** {@return when the attempt's timeout ends it, if it has one} */
  public Optional<Instant> deadline() {
    return delivery.hasDeadline()
        ? Optional.of(ProtoTime.instant(delivery.getDeadline()))
        : Optional.empty();
  }

  /** {@return the input as JSON text; empty if the job has none} */
  public String inputText() {
    return delivery.getInput().toStringUtf8();
  }

  /** {@return the input, parsed anew at each call; an empty object if the job has none} */
  public Struct input() {
    return Json.parse(inputText());
  }

  /**
   * {@return whether the run is to be stopped: it was cancelled, its job deleted, its attempt took
   * too long, or it is no longer this worker's}
   */
  public synchronized boolean isCancelled() {
    return !cancelReason.isEmpty();
  }

  /**
   * {@return why it is to be stopped: REQUESTED, DELETED, TIMEOUT, STALE_TOKEN (it was delivered to
   * another worker), STOPPED (by {@link Worker#stop}), or a word yet to come; empty if it is not}
   */
  public synchronized String cancelReason() {
    return cancelReason;
  }

  /**
   * Throws if the run is to be stopped, for handlers to ask between their steps.
   *
   * @throws CancellationException if it is
   */
  public void throwIfCancelled() {
    if (isCancelled()) {
      throw new CancellationException("the run is to be stopped: " + cancelReason());
    }
  }

  /**
   * Calls {@code stop} once when the run is to be stopped, at once if it is already. It takes the
   * place of one that was set before, and is not called after the run's end.
   *
   * @param stop called on a thread of the library, which it must not block
   */
  public void onCancel(Runnable stop) {
    synchronized (this) {
      if (cancelReason.isEmpty()) {
        this.stop = stop;
        return;
      }
    }
    stop.run();
  }

  /**
   * The handler is about to be called, on this thread.
   *
   * @return false if the run has been answered by then
   */
  synchronized boolean begin() {
    if (state != State.WAITING) {
      return false;
    }
    state = State.EXECUTED;
    runner = interrupts ? Thread.currentThread() : null;
    return true;
  }

  /** {@return whether it waits for a thread still} */
  synchronized boolean waits() {
    return state == State.WAITING;
  }

  /** The handler returned or threw: this thread is not interrupted for this run from now on. */
  synchronized void returned() {
    boolean mayBeInterrupted = runner != null && !cancelReason.isEmpty();
    runner = null;
    if (mayBeInterrupted) {
      Thread.interrupted();
    }
  }

  /**
   * The run is to be stopped. The first reason counts. One that waits for a thread ends with it.
   */
  void cancel(String reason) {
    boolean waits;
    Runnable call;
    synchronized (this) {
      if (!cancelReason.isEmpty() || state == State.ANSWERED) {
        return;
      }
      cancelReason = reason.isEmpty() ? "CANCELLED" : reason;
      waits = state == State.WAITING;
      call = stop;
      stop = null;
      if (runner != null) {
        runner.interrupt();
      }
    }
    if (call != null) {
      Threads.guard(call);
    }
    if (waits) {
      answer(cancelled());
    }
  }

  /**
   * What says that it was stopped as asked. A run that only its worker was asked to stop is given
   * back: it would end CANCELLED, and nobody wanted that.
   */
  Result.Builder cancelled() {
    return cancelReason().equals(STOPPED)
        ? released()
        : Result.newBuilder().setCancelled(Empty.getDefaultInstance());
  }

  static Result.Builder released() {
    return Result.newBuilder().setReleased(Empty.getDefaultInstance());
  }

  /** Passes the first answer on, with the run filled in. */
  void answer(Result.Builder result) {
    synchronized (this) {
      if (state == State.ANSWERED) {
        return;
      }
      state = State.ANSWERED;
      stop = null;
    }
    owner.accept(this, result.setRun(delivery.getRun()).build());
  }
}
