package com.ductape.jobs.worker;

import com.ductape.jobs.JobsClient;
import com.ductape.jobs.JobsException;
import com.ductape.jobs.v1.Cancels;
import com.ductape.jobs.v1.Deliveries;
import com.ductape.jobs.v1.Delivery;
import com.ductape.jobs.v1.Result;
import com.ductape.jobs.v1.RunRef;
import com.ductape.jobs.v1.Welcome;
import com.ductape.jobs.v1.WorkRequest;
import com.ductape.jobs.v1.WorkResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * What a worker does: it holds the session (tasks in hand, results owed) over the streams that
 * carry it. A thread of its own, the loop, connects and sends; messages come on gRPC's threads,
 * answers on those of the executor.
 *
 * <p>All state is guarded by {@code lock}, which is never held while a handler or a task's callback
 * is called.
 */
final class Session implements WorkStream.Owner {
  // A server that is there answers a hello much sooner.
  private static final Duration HELLO_TIMEOUT = Duration.ofSeconds(20);
  // How long a stop waits for results to be acknowledged.
  private static final Duration STOP_FLUSH = Duration.ofSeconds(1);

  private final JobsClient client;
  private final WorkerOptions options;
  private final ScheduledThreadPoolExecutor loop;
  private final AtomicInteger executing = new AtomicInteger(); // posted to the executor, not over
  private final Object lock = new Object();

  // The session.
  private final Map<Ref, Task> tasks = new HashMap<>();
  private final Outbox outbox;
  private String sessionId = "";
  private boolean stopping;
  private boolean over;
  private JobsException refusal; // with which the server ended it for good

  // The stream; null while there is none.
  private WorkStream stream;
  private long connectAt;
  private long began;
  private int failures; // in a row
  private boolean flushing; // the loop is about to send
  private ScheduledFuture<?> timer; // the loop's alone

  Session(JobsClient client, WorkerOptions options) {
    this.client = client;
    this.options = options;
    this.outbox = new Outbox(client.product(), options);
    this.connectAt = System.nanoTime();
    this.loop = new ScheduledThreadPoolExecutor(1, Threads.daemons("ductape-worker-loop"));
    loop.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    loop.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    loop.setRemoveOnCancelPolicy(true);
  }

  void start() {
    wake();
  }

  // --- the loop --------------------------------------------------------------------------------

  private void wake() {
    loop.execute(this::tick);
  }

  private void tick() {
    long wait;
    synchronized (lock) {
      wait = doWhatIsDue(System.nanoTime());
    }
    if (timer != null) {
      timer.cancel(false);
    }
    timer = loop.schedule(this::tick, wait, TimeUnit.NANOSECONDS);
  }

  /** Returns in how many nanoseconds there is something again. */
  private long doWhatIsDue(long now) {
    if (stream == null) {
      if (outbox.isDraining() && nothingInHand()) {
        end(null);
      }
      if (over) {
        return HELLO_TIMEOUT.toNanos();
      }
      if (now - connectAt < 0) {
        return connectAt - now;
      }
      connect(now);
    }
    if (!outbox.isOpen()) {
      if (now - began >= HELLO_TIMEOUT.toNanos()) {
        stream.cancel("no answer to the hello");
      }
      return HELLO_TIMEOUT.toNanos();
    }
    if (outbox.heartbeatIn(now) <= 0) {
      outbox.wantHeartbeat();
      flushSoon();
      return outbox.heartbeatPeriod();
    }
    return outbox.heartbeatIn(now);
  }

  private void connect(long now) {
    began = now;
    stream = new WorkStream(this);
    client.reconnectNow();
    stream.start(client.channel());
    stream.send(outbox.hello(sessionId, tasks.values()));
  }

  private void flushSoon() {
    if (!flushing && stream != null && outbox.isOpen()) {
      flushing = true;
      loop.execute(this::flush);
    }
  }

  private void flush() {
    synchronized (lock) {
      flushing = false;
    }
    while (sendNext()) {}
  }

  /** Sends one message, if there is one and room for it. */
  private boolean sendNext() {
    WorkStream to;
    Optional<WorkRequest> request;
    synchronized (lock) {
      // What cannot be sent now is gathered meanwhile: `ready` comes when there is room.
      if (stream == null || !outbox.isOpen() || !stream.isReady()) {
        return false;
      }
      to = stream;
      request = outbox.next();
      if (request.isEmpty()) {
        if (outbox.drainIsSent() && nothingInHand()) {
          outbox.close();
          to.closeSide();
        }
        return false;
      }
    }
    to.send(request.get());
    return true;
  }

  private boolean nothingInHand() {
    return tasks.isEmpty() && outbox.isEmpty();
  }

  // --- the stream ------------------------------------------------------------------------------

  @Override
  public void message(WorkStream from, WorkResponse response) {
    synchronized (lock) {
      if (from != stream) {
        return;
      }
      if (response.hasAcks()) {
        outbox.acknowledge(response.getAcks().getAckedThrough());
        flushSoon();
        lock.notifyAll();
      }
    }
    // A drain is told by the end of the stream; what is not known is for later clients.
    switch (response.getMessageCase()) {
      case WELCOME -> welcomed(response.getWelcome());
      case DELIVERIES -> delivered(response.getDeliveries());
      case CANCELS -> cancelled(response.getCancels());
      default -> {}
    }
  }

  private void welcomed(Welcome welcome) {
    Set<Ref> kept = new HashSet<>();
    welcome.getKeptList().forEach(run -> kept.add(Ref.of(run)));
    List<Task> lost = new ArrayList<>();
    synchronized (lock) {
      sessionId = welcome.getSessionId();
      failures = 0;
      tasks.forEach(
          (ref, task) -> {
            if (!kept.contains(ref)) {
              lost.add(task);
            }
          });
      tasks.keySet().retainAll(kept);
      outbox.open(run -> kept.contains(Ref.of(run)));
      flushSoon();
      lock.notifyAll();
    }
    wake();
    lost.forEach(task -> task.cancel("STALE_TOKEN"));
  }

  private void delivered(Deliveries deliveries) {
    List<Task> fresh = new ArrayList<>(deliveries.getDeliveriesCount());
    synchronized (lock) {
      for (Delivery delivery : deliveries.getDeliveriesList()) {
        if (stopping) {
          outbox.add(Task.released().setRun(delivery.getRun()).build());
          continue;
        }
        Task task = new Task(delivery, options.interrupts(), this::answered);
        tasks.put(Ref.of(delivery.getRun()), task);
        fresh.add(task);
      }
      executing.addAndGet(fresh.size());
      flushSoon();
    }
    fresh.forEach(this::post);
  }

  private void post(Task task) {
    try {
      options.executor().execute(() -> execute(task));
    } catch (RejectedExecutionException full) {
      task.answer(Task.released());
      executed();
    }
  }

  private void execute(Task task) {
    try {
      options.execute().accept(task);
    } finally {
      executed();
    }
  }

  private void executed() {
    if (executing.decrementAndGet() == 0) {
      synchronized (lock) {
        lock.notifyAll();
      }
    }
  }

  private void answered(Task task, Result result) {
    synchronized (lock) {
      // One that is not in hand any more belongs to somebody else by now.
      if (tasks.remove(Ref.of(result.getRun()), task)) {
        outbox.add(result);
        flushSoon();
      }
    }
  }

  private void cancelled(Cancels cancels) {
    List<Task> named = new ArrayList<>();
    synchronized (lock) {
      for (RunRef run : cancels.getRunsList()) {
        Task task = tasks.get(Ref.of(run));
        if (task != null) {
          named.add(task);
        }
      }
    }
    named.forEach(task -> task.cancel(cancels.getReason()));
  }

  @Override
  public void ready(WorkStream from) {
    synchronized (lock) {
      if (from == stream) {
        flushSoon();
      }
    }
  }

  @Override
  public void ended(WorkStream from, Optional<JobsException> error) {
    List<Task> lost = new ArrayList<>();
    boolean last;
    synchronized (lock) {
      if (from != stream) {
        return;
      }
      last = isLast(error);
      outbox.close();
      if (last) {
        lost.addAll(tasks.values());
        tasks.clear();
      }
      lock.notifyAll();
    }
    // Before the end can be seen: what they call may be gone after those who wait for it return.
    lost.forEach(task -> task.cancel("STALE_TOKEN"));
    Threads.guard(() -> options.onStreamEnd().accept(error));
    synchronized (lock) {
      stream = null;
      outbox.restart();
      if (last) {
        end(stopping ? null : error.orElse(null));
      } else {
        awaitReconnect(error);
      }
    }
    wake();
  }

  private void awaitReconnect(Optional<JobsException> error) {
    // Another worker has this session: a new one, then.
    if (error.map(JobsException::reason).orElse("").equals("SESSION_REPLACED")) {
      sessionId = "";
    }
    double draw = ThreadLocalRandom.current().nextDouble();
    Duration wait =
        client.retry().backoff(++failures, error.flatMap(JobsException::retryDelay), draw);
    connectAt = System.nanoTime() + wait.toNanos();
  }

  private boolean isLast(Optional<JobsException> error) {
    if (stopping) {
      return true;
    }
    if (error.isEmpty()) {
      return outbox.isDraining() && nothingInHand();
    }
    // Whether to connect again would only fail again.
    return switch (error.get().code()) {
      case INVALID_ARGUMENT, UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED -> true;
      default -> false;
    };
  }

  private void end(JobsException error) {
    if (!over) {
      over = true;
      refusal = error;
      loop.shutdown();
      lock.notifyAll();
    }
  }

  // --- as Worker's -----------------------------------------------------------------------------

  void setMaxInFlight(int maxInFlight) {
    synchronized (lock) {
      outbox.setWindow(maxInFlight);
      flushSoon();
    }
  }

  boolean drain(Duration timeout) throws InterruptedException {
    boolean inOrder;
    synchronized (lock) {
      outbox.drain();
      flushSoon();
      wake();
      inOrder = await(timeout, () -> over) && refusal == null;
    }
    stop();
    return inOrder;
  }

  void stop() {
    List<Task> inHand;
    synchronized (lock) {
      stopping = true;
      outbox.drain();
      flushSoon();
      inHand = new ArrayList<>(tasks.values());
    }
    // Those that wait first: a handler that is stopped frees the thread that they wait for.
    inHand.stream().filter(Task::waits).forEach(task -> task.cancel(Task.STOPPED));
    inHand.forEach(task -> task.cancel(Task.STOPPED));
    boolean interrupted = false;
    try {
      awaitHandlers();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    synchronized (lock) {
      tasks.clear(); // those that are answered later have nobody to tell
      loop.execute(this::breakOff);
    }
    try {
      awaitEnd();
    } catch (JobsException refused) {
      // Not news: it is told to those who wait for the end.
      interrupted |= Thread.currentThread().isInterrupted();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until all handlers have returned, and a while for the acknowledgement of results. */
  private void awaitHandlers() throws InterruptedException {
    synchronized (lock) {
      while (executing.get() > 0) {
        lock.wait();
      }
      await(STOP_FLUSH, () -> stream == null || !outbox.isOpen() || outbox.isEmpty());
    }
  }

  private void breakOff() {
    synchronized (lock) {
      outbox.close();
      if (stream == null) {
        end(null);
      } else {
        stream.cancel("the worker stops");
      }
    }
  }

  void awaitEnd() throws InterruptedException {
    synchronized (lock) {
      while (!over) {
        lock.wait();
      }
      if (refusal != null) {
        throw refusal;
      }
    }
  }

  boolean awaitConnected(Duration timeout) throws InterruptedException {
    synchronized (lock) {
      await(timeout, () -> outbox.isOpen() || over);
      return outbox.isOpen();
    }
  }

  /** Waits with the lock; whether it holds now. */
  private boolean await(Duration timeout, BooleanSupplier holds) throws InterruptedException {
    long until = System.nanoTime() + timeout.toNanos();
    while (!holds.getAsBoolean()) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      lock.wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
    }
    return true;
  }

  int inFlight() {
    synchronized (lock) {
      return tasks.size();
    }
  }

  String sessionId() {
    synchronized (lock) {
      return sessionId;
    }
  }
}
