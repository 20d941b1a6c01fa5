package com.ductape.jobs.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ductape.jobs.InProcess;
import com.ductape.jobs.InvalidRequestException;
import com.ductape.jobs.JobsException;
import com.ductape.jobs.v1.Hello;
import com.ductape.jobs.v1.Result;
import com.ductape.jobs.v1.RunRef;
import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker's session over its streams, with the server played by the test. */
@Timeout(60)
class SessionTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final FakeServer server = new FakeServer();
  private final BlockingQueue<Task> begun = new LinkedBlockingQueue<>();
  private final BlockingQueue<Optional<JobsException>> ends = new LinkedBlockingQueue<>();
  // What the handler waits for, by run id.
  private final ConcurrentHashMap<String, CompletableFuture<String>> work =
      new ConcurrentHashMap<>();
  private InProcess process;
  private Worker worker;

  @BeforeEach
  void start() throws Exception {
    process = new InProcess(server);
  }

  @AfterEach
  void stop() throws Exception {
    if (worker != null) {
      worker.stop();
    }
    process.close();
  }

  private CompletableFuture<String> workOf(RunRef run) {
    return work.computeIfAbsent(run.getRunId(), id -> new CompletableFuture<>());
  }

  private WorkerBuilder builder() {
    return Worker.builder(process.client())
        .queues("FUNCTION/a")
        .name("tester")
        .maxInFlight(8)
        .onStreamEnd(ends::add)
        .handler(
            task -> {
              begun.add(task);
              return workOf(task.delivery().getRun()).get();
            });
  }

  /** A welcomed worker's first stream. */
  private FakeServer.Stream begin(WorkerBuilder builder) throws Exception {
    worker = builder.start();
    FakeServer.Stream stream = server.accept();
    assertTrue(stream.next().hasHello());
    stream.welcome("s1");
    assertTrue(worker.awaitConnected(LONG));
    return stream;
  }

  private Task awaitBegun() throws InterruptedException {
    Task task = begun.poll(20, TimeUnit.SECONDS);
    assertTrue(task != null, "no run was begun");
    return task;
  }

  private static RunRef run(int number) {
    return RunRef.newBuilder().setRunId("u-" + number).setToken(number).build();
  }

  private static Result onlyResult(FakeServer.Stream stream) throws InterruptedException {
    var results = stream.next().getResults();
    assertEquals(1, results.getResultsCount());
    return results.getResults(0);
  }

  @Test
  void aHelloSaysWhoItIs() throws Exception {
    worker = builder().lease(Duration.ofMillis(1500)).start();
    Hello hello = server.accept().next().getHello();
    assertEquals("shop", hello.getProduct());
    assertEquals("tester", hello.getWorker());
    assertEquals(List.of("FUNCTION/a"), hello.getQueuesList());
    assertEquals(8, hello.getMaxInFlight());
    assertEquals(500_000_000, hello.getLease().getNanos());
    assertEquals("", hello.getSessionId());
  }

  @Test
  void itExecutesRunsAtOnceAndReturnsTheirResults() throws Exception {
    FakeServer.Stream stream = begin(builder());
    stream.deliver(run(1), run(2));
    awaitBegun();
    awaitBegun();
    assertEquals(2, worker.inFlight());
    workOf(run(2)).complete("two");
    Result result = onlyResult(stream);
    assertEquals(run(2), result.getRun());
    assertEquals("two", result.getOutput().toStringUtf8());
    assertEquals(1, worker.inFlight());
    workOf(run(1)).complete("one");
    assertEquals(2, stream.next().getResults().getSequence());
  }

  @Test
  void aBrokenStreamIsTakenUpAgain() throws Exception {
    FakeServer.Stream first = begin(builder());
    first.deliver(run(1), run(2), run(3));
    for (int i = 0; i < 3; ++i) {
      awaitBegun();
    }
    workOf(run(1)).complete("one");
    assertEquals(run(1), onlyResult(first).getRun()); // and never acknowledged
    first.fail(Status.UNAVAILABLE);

    FakeServer.Stream second = server.accept();
    Hello hello = second.next().getHello();
    assertEquals("s1", hello.getSessionId());
    assertEquals(3, hello.getInFlightCount());
    assertEquals(run(1), hello.getInFlight(0));
    second.welcome("s1", run(1), run(2));
    assertEquals(run(1), onlyResult(second).getRun());
    assertEquals(Status.Code.UNAVAILABLE, ends.take().get().code());
    // The third was not kept: nobody wants its result.
    workOf(run(3)).complete("three");
    workOf(run(2)).complete("two");
    Result result = onlyResult(second);
    assertEquals(run(2), result.getRun());
  }

  @Test
  void whatIsNotKeptIsCancelled() throws Exception {
    FakeServer.Stream first = begin(builder());
    first.deliver(run(1));
    Task task = awaitBegun();
    CountDownLatch told = new CountDownLatch(1);
    task.onCancel(told::countDown);
    first.fail(Status.UNAVAILABLE);
    FakeServer.Stream second = server.accept();
    second.next();
    second.welcome("s2");
    assertTrue(told.await(20, TimeUnit.SECONDS));
    assertEquals("STALE_TOKEN", task.cancelReason());
    assertTrue(worker.awaitConnected(LONG));
    assertEquals("s2", worker.sessionId());
    assertEquals(0, worker.inFlight());
  }

  @Test
  void aReplacedSessionBecomesANewOne() throws Exception {
    FakeServer.Stream first = begin(builder());
    com.google.rpc.Status replaced =
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.ABORTED.value())
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("SESSION_REPLACED").build()))
            .build();
    first.fail(StatusProto.toStatusRuntimeException(replaced));
    assertEquals("", server.accept().next().getHello().getSessionId());
  }

  @Test
  void aServerThatLeavesIsComeBackTo() throws Exception {
    begin(builder()).end();
    assertEquals(Optional.empty(), ends.take());
    assertEquals("s1", server.accept().next().getHello().getSessionId());
  }

  @Test
  void aRefusalForGoodEndsIt() throws Exception {
    worker = builder().start();
    server.accept().fail(Status.INVALID_ARGUMENT.withDescription("no"));
    assertThrows(InvalidRequestException.class, worker::awaitEnd);
    assertFalse(worker.awaitConnected(LONG));
    assertFalse(worker.drain(LONG));
  }

  @Test
  void acknowledgedResultsAreNotSentAgain() throws Exception {
    FakeServer.Stream first = begin(builder());
    first.deliver(run(1), run(2));
    awaitBegun();
    awaitBegun();
    workOf(run(1)).complete("one");
    first.acknowledge(first.next().getResults().getSequence());
    workOf(run(2)).complete("two");
    first.next();
    first.fail(Status.UNAVAILABLE);
    Hello hello = server.accept().next().getHello();
    assertEquals(List.of(run(2)), hello.getInFlightList());
  }

  @Test
  void itSendsHeartbeats() throws Exception {
    FakeServer.Stream stream = begin(builder().lease(Duration.ofSeconds(1)));
    assertTrue(stream.nextOfAny().hasHeartbeat());
    assertTrue(stream.nextOfAny().hasHeartbeat());
  }

  @Test
  void cancelsReachTheHandler() throws Exception {
    FakeServer.Stream stream = begin(builder());
    stream.deliver(run(1));
    Task task = awaitBegun();
    stream.cancel("TIMEOUT", run(1));
    assertTrue(onlyResult(stream).hasCancelled());
    assertEquals("TIMEOUT", task.cancelReason());
    stream.cancel("TIMEOUT", run(9)); // one it does not have
  }

  @Test
  void aDrainFinishesReportsAndCloses() throws Exception {
    FakeServer.Stream stream = begin(builder());
    stream.deliver(run(1));
    awaitBegun();
    CompletableFuture<Boolean> drained = drainSoon();
    assertTrue(stream.next().hasDrain());
    workOf(run(1)).complete("one");
    long sequence = stream.next().getResults().getSequence();
    assertFalse(drained.isDone(), "not before the result is acknowledged");
    stream.acknowledge(sequence);
    assertTrue(stream.isClosed());
    stream.end();
    assertTrue(drained.get(20, TimeUnit.SECONDS));
    worker.awaitEnd();
  }

  private CompletableFuture<Boolean> drainSoon() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return worker.drain(LONG);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void aDrainThatTakesTooLongStops() throws Exception {
    FakeServer.Stream stream = begin(builder());
    stream.deliver(run(1));
    Task task = awaitBegun();
    assertFalse(worker.drain(Duration.ofMillis(20)));
    assertEquals("STOPPED", task.cancelReason());
    assertTrue(stream.next().hasDrain());
    assertTrue(onlyResult(stream).hasReleased());
    assertTrue(stream.isClosed());
  }

  @Test
  void aStopGivesBackWhatRunsAndWhatWaits() throws Exception {
    FakeServer.Stream stream = begin(builder().threads(1));
    stream.deliver(run(1), run(2));
    awaitBegun();
    worker.stop();
    assertTrue(stream.next().hasDrain());
    int released = 0;
    while (released < 2) {
      for (Result result : stream.next().getResults().getResultsList()) {
        assertTrue(result.hasReleased());
        ++released;
      }
    }
    assertTrue(stream.isClosed());
    assertEquals(0, begun.size());
    worker.stop(); // again does nothing
    worker.awaitEnd();
  }

  @Test
  void itEndsBeforeItWasEverConnected() throws Exception {
    process.close();
    worker = builder().start();
    assertFalse(worker.awaitConnected(Duration.ofMillis(20)));
    assertTrue(worker.drain(LONG));
  }

  @Test
  void theWindowCanBeChanged() throws Exception {
    FakeServer.Stream stream = begin(builder());
    worker.setMaxInFlight(0);
    assertEquals(0, stream.next().getWindow().getMaxInFlight());
    assertThrows(IllegalArgumentException.class, () -> worker.setMaxInFlight(100_001));
  }

  @Test
  void anExecutorThatIsFullGivesRunsBack() throws Exception {
    FakeServer.Stream stream =
        begin(
            builder()
                .executor(
                    task -> {
                      throw new RejectedExecutionException("full");
                    }));
    stream.deliver(run(1));
    assertTrue(onlyResult(stream).hasReleased());
  }

  @Test
  void aCallbackThatThrowsDoesNoHarm() throws Exception {
    FakeServer.Stream stream = begin(builder());
    stream.deliver(run(1), run(2));
    Task task = awaitBegun();
    awaitBegun();
    task.onCancel(
        () -> {
          throw new IllegalStateException("of the test");
        });
    stream.cancel("REQUESTED", task.delivery().getRun());
    assertTrue(onlyResult(stream).hasCancelled());
    RunRef other = task.number() == 0 && task.runId().equals("u-1") ? run(2) : run(1);
    workOf(other).complete("well");
    assertEquals("well", onlyResult(stream).getOutput().toStringUtf8());
  }

  @Test
  void optionsAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> Worker.builder(process.client()).start());
    assertThrows(
        IllegalArgumentException.class, () -> Worker.builder(process.client()).queues("q").start());
    assertThrows(IllegalArgumentException.class, () -> builder().maxInFlight(0).start());
    assertThrows(IllegalArgumentException.class, () -> builder().threads(0));
    assertThrows(
        IllegalArgumentException.class, () -> builder().lease(Duration.ofMillis(1)).start());
  }
}
