package com.ductape.jobs.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ductape.jobs.v1.Delivery;
import com.ductape.jobs.v1.Result;
import com.ductape.jobs.v1.Run;
import com.ductape.jobs.v1.RunRef;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a run by what its handler does, and of its task. */
@Timeout(60)
class ExecutionTest {
  private final List<Result> answers = new ArrayList<>();
  private final Task task = task(true);

  private Task task(boolean interrupts) {
    Delivery delivery =
        Delivery.newBuilder()
            .setRun(RunRef.newBuilder().setRunId("u-1").setToken(7))
            .setInput(ByteString.copyFromUtf8("{\"a\":1}"))
            .build();
    return new Task(delivery, interrupts, (from, result) -> answers.add(result));
  }

  private Result answer() {
    assertEquals(1, answers.size());
    assertEquals("u-1", answers.get(0).getRun().getRunId());
    return answers.get(0);
  }

  private Run.Error failureOf(TaskHandler handler) {
    Execution.run(task, handler);
    return answer().getFailure();
  }

  @Test
  void whatItReturnsIsTheOutput() {
    Execution.run(task, run -> "sent " + run.input().getFieldsOrThrow("a").getNumberValue());
    assertEquals("sent 1.0", answer().getOutput().toStringUtf8());
  }

  @Test
  void nothingIsAnEmptyOutputAndLongOnesAreCut() {
    Execution.run(task, run -> null);
    assertTrue(answer().hasOutput());
    Result.Builder cut = Execution.completed("é".repeat(10_000));
    assertEquals(8 * 1024, cut.getOutput().size());
    assertTrue(cut.getOutput().isValidUtf8());
  }

  @Test
  void anyExceptionIsAFailureThatIsRetried() {
    Run.Error error =
        failureOf(
            run -> {
              throw new java.io.IOException("broken");
            });
    assertEquals("HANDLER_ERROR", error.getCode());
    assertEquals("broken", error.getMessage());
    assertTrue(error.getRetryable());
  }

  @Test
  void anErrorOfJavaIsAFailureToo() {
    Run.Error error =
        failureOf(
            run -> {
              throw new StackOverflowError();
            });
    assertEquals("java.lang.StackOverflowError", error.getMessage());
  }

  @Test
  void aFailureSaysWhatItIs() {
    Execution.run(
        task,
        run -> {
          throw new TaskFailedException("out of stock", "none left")
              .status(409)
              .retryable(true)
              .retryAfter(Duration.ofMillis(1500));
        });
    Run.Error error = answer().getFailure();
    assertEquals("OUT_OF_STOCK", error.getCode());
    assertEquals(409, error.getStatus());
    assertTrue(error.getRetryable());
    assertEquals(1, answer().getRetryAfter().getSeconds());
    assertEquals(500_000_000, answer().getRetryAfter().getNanos());
  }

  @Test
  void aFailureByCodeAloneLeavesItToTheCode() {
    Run.Error error =
        failureOf(
            run -> {
              throw new TaskFailedException("RATE_LIMITED", "slow down");
            });
    assertFalse(error.hasRetryable());
  }

  @Test
  void codesAreMadeToFit() {
    assertEquals("E_9_LIVES", new TaskFailedException("9 lives", "").code());
    assertEquals("E_", new TaskFailedException("", "").code());
    assertEquals(64, new TaskFailedException("A".repeat(100), "").code().length());
    assertEquals("M_LLER", new TaskFailedException("Müller", "").code());
  }

  @Test
  void someFailuresAreNotToBeRetriedAndSomeRunsAreGivenBack() {
    Run.Error error =
        failureOf(
            run -> {
              throw new DoNotRetryException("never");
            });
    assertTrue(error.hasRetryable());
    assertFalse(error.getRetryable());
    answers.clear();
    Execution.run(
        task(true),
        run -> {
          throw new TaskReleasedException();
        });
    assertTrue(answer().hasReleased());
  }

  @Test
  void anInterruptOfTheHandlerIsItsCancellation() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Thread canceller =
        new Thread(
            () -> {
              await(begun);
              task.cancel("REQUESTED");
            });
    canceller.start();
    Execution.run(
        task,
        run -> {
          begun.countDown();
          new CountDownLatch(1).await(); // for ever
          return "never";
        });
    canceller.join();
    assertTrue(answer().hasCancelled());
    assertEquals("REQUESTED", task.cancelReason());
    assertFalse(Thread.currentThread().isInterrupted());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsDoneAllTheSameIsDone() {
    Execution.run(
        task,
        run -> {
          run.cancel("TIMEOUT");
          assertThrows(CancellationException.class, run::throwIfCancelled);
          return "done";
        });
    assertEquals("done", answer().getOutput().toStringUtf8());
    assertFalse(Thread.currentThread().isInterrupted());
  }

  @Test
  void aCancellationWithoutReasonToBelieveItIsAFailure() {
    Run.Error error =
        failureOf(
            run -> {
              throw new CancellationException("by itself");
            });
    assertEquals("HANDLER_ERROR", error.getCode());
  }

  @Test
  void aRunThatWaitsForAThreadEndsWithItsCancellation() {
    task.cancel("REQUESTED");
    assertTrue(answer().hasCancelled());
    Execution.run(
        task,
        run -> {
          throw new AssertionError("it is not executed");
        });
    assertEquals(1, answers.size());
  }

  @Test
  void aStoppedWorkerGivesItsRunsBack() {
    task.cancel(Task.STOPPED);
    assertTrue(answer().hasReleased());
  }

  @Test
  void theFirstReasonCountsAndItsCallbackIsCalledOnce() {
    List<String> calls = new ArrayList<>();
    assertTrue(task.begin());
    task.onCancel(() -> calls.add(task.cancelReason()));
    task.cancel("REQUESTED");
    task.cancel("TIMEOUT");
    assertEquals(List.of("REQUESTED"), calls);
    task.onCancel(() -> calls.add("late"));
    assertEquals(List.of("REQUESTED", "late"), calls);
  }

  @Test
  void anAsynchronousHandlerAnswersLater() {
    CompletableFuture<String> work = new CompletableFuture<>();
    Execution.begin(task, run -> work);
    assertEquals(List.of(), answers);
    work.complete("later");
    assertEquals("later", answer().getOutput().toStringUtf8());
  }

  @Test
  void anAsynchronousFailureIsUnwrapped() {
    CompletableFuture<String> work = new CompletableFuture<>();
    Execution.begin(task, run -> work.thenApply(text -> text + "!"));
    work.completeExceptionally(new DoNotRetryException("GONE", "for good"));
    assertEquals("GONE", answer().getFailure().getCode());
  }

  @Test
  void textsAreCutBetweenCharacters() {
    assertEquals("grüße", Texts.fit("grüße", 100));
    assertEquals("gr", Texts.fit("grüße", 3));
    assertEquals("grü", Texts.fit("grüße", 4));
    assertEquals("a", Texts.fit("a😀", 4));
    assertEquals("a😀", Texts.fit("a😀", 5));
    assertEquals("a?b", Texts.fit("a\ud83db", 100));
    String cut = Texts.fit("✓".repeat(1_000), 1_000);
    assertEquals(999, cut.getBytes(StandardCharsets.UTF_8).length);
  }
}
