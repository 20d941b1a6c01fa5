package com.ductape.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ductape.jobs.v1.CreateJobRequest;
import com.ductape.jobs.v1.GetJobRequest;
import com.ductape.jobs.v1.Job;
import com.ductape.jobs.v1.JobServiceGrpc.JobServiceImplBase;
import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How calls are made and repeated, against a service that fails as it is told. */
@Timeout(60)
class CallsTest {
  private final Deque<RuntimeException> failures = new ArrayDeque<>();
  private final List<Job> created = Collections.synchronizedList(new ArrayList<>());
  private final List<String> requestIds = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch hung = new CountDownLatch(1);
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private InProcess server;

  private final class Service extends JobServiceImplBase {
    @Override
    public void createJob(CreateJobRequest request, StreamObserver<Job> answer) {
      requestIds.add(request.getRequestId());
      RuntimeException failure = failures.poll();
      if (failure != null) {
        answer.onError(failure);
        return;
      }
      created.add(request.getJob());
      answer.onNext(request.getJob());
      answer.onCompleted();
    }

    @Override
    public void getJob(GetJobRequest request, StreamObserver<Job> answer) {
      Context.current().addListener(context -> cancelled.countDown(), Runnable::run);
      hung.countDown(); // and never an answer
    }
  }

  @BeforeEach
  void start() throws Exception {
    server = new InProcess(new Service());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private static RuntimeException failure(Code code, String reason, Duration delay) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder().setCode(code.getNumber());
    if (!reason.isEmpty()) {
      status.addDetails(Any.pack(ErrorInfo.newBuilder().setReason(reason).build()));
    }
    if (delay != null) {
      status.addDetails(
          Any.pack(RetryInfo.newBuilder().setRetryDelay(ProtoTime.duration(delay)).build()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private Job create(UnaryOperator<JobsClient> change) {
    return change.apply(server.client()).jobs().create(Job.newBuilder().setTag("a").build());
  }

  @Test
  void aLostConnectionIsTriedAgainUnderTheSameRequestId() {
    failures.add(Status.UNAVAILABLE.asRuntimeException());
    failures.add(failure(Code.ABORTED, "REQUEST_IN_PROGRESS", null));
    failures.add(failure(Code.RESOURCE_EXHAUSTED, "OVERLOADED", Duration.ofMillis(2)));
    assertEquals("shop", create(client -> client).getProduct());
    assertEquals(4, requestIds.size());
    assertEquals(1, requestIds.stream().distinct().count());
    assertEquals(1, created.size());
  }

  @Test
  void afterTheLastAttemptItFails() {
    for (int i = 0; i < 9; ++i) {
      failures.add(Status.UNAVAILABLE.asRuntimeException());
    }
    assertThrows(UnavailableException.class, () -> create(client -> client));
    assertEquals(4, requestIds.size());
  }

  @Test
  void whatFailsForGoodIsNotRepeated() {
    failures.add(failure(Code.ABORTED, "ETAG_MISMATCH", null));
    assertThrows(ConflictException.class, () -> create(client -> client));
    failures.add(failure(Code.RESOURCE_EXHAUSTED, "", null));
    assertThrows(ResourceExhaustedException.class, () -> create(client -> client));
    assertEquals(2, requestIds.size());
  }

  @Test
  void anUnsafeCallIsRepeatedOnlyWhenTheServerSaysSo() {
    JobsException lost = JobsException.of(Status.UNAVAILABLE.asRuntimeException());
    assertFalse(RepeatedCall.mayRepeat(lost, false));
    assertTrue(RepeatedCall.mayRepeat(lost, true));
    JobsException draining =
        JobsException.of(failure(Code.UNAVAILABLE, "DRAINING", Duration.ofSeconds(1)));
    assertTrue(RepeatedCall.mayRepeat(draining, false));
  }

  @Test
  void noWaitOutlivesTheDeadline() {
    failures.add(failure(Code.UNAVAILABLE, "DRAINING", Duration.ofHours(1)));
    UnavailableException error =
        assertThrows(UnavailableException.class, () -> create(client -> client));
    assertEquals("DRAINING", error.reason());
    assertEquals(1, requestIds.size());
  }

  @Test
  void theDeadlineEndsACall() {
    JobsClient client = server.client().withDeadline(Duration.ofMillis(50));
    DeadlineExceededException error =
        assertThrows(DeadlineExceededException.class, () -> client.jobs().get("a"));
    assertEquals("", error.reason());
    boolean fromHere = false;
    for (StackTraceElement frame : error.getStackTrace()) {
      fromHere |= frame.getClassName().startsWith(CallsTest.class.getName());
    }
    assertTrue(fromHere, "the stack is the caller's");
  }

  @Test
  void anInterruptCancelsACall() throws Exception {
    CompletableFuture<JobsException> thrown = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                server.client().jobs().get("a");
              } catch (JobsException e) {
                assertTrue(Thread.currentThread().isInterrupted());
                thrown.complete(e);
              }
            });
    caller.start();
    hung.await();
    caller.interrupt();
    assertEquals(Status.Code.CANCELLED, thrown.get(10, TimeUnit.SECONDS).code());
    assertTrue(cancelled.await(10, TimeUnit.SECONDS), "the server sees it");
  }

  @Test
  void aFutureThatIsCancelledCancelsItsCall() throws Exception {
    CompletableFuture<Job> future =
        server.client().async().jobs().get(GetJobRequest.newBuilder().setTag("a").build());
    hung.await();
    future.cancel(true);
    assertTrue(cancelled.await(10, TimeUnit.SECONDS), "the server sees it");
  }
}
