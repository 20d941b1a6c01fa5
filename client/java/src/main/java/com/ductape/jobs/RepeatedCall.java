package com.ductape.jobs;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One call of the user's: as many attempts as it takes and may take, all before one deadline. To
 * cancel it cancels the attempt under way.
 */
final class RepeatedCall<Q extends Message, R> extends CompletableFuture<R> {
  private final SharedChannel shared;
  private final CallSettings settings;
  private final MethodDescriptor<Q, R> method;
  private final Q request;
  private final Deadline deadline;
  private volatile ClientCall<Q, R> underWay;

  RepeatedCall(
      SharedChannel shared, CallSettings settings, MethodDescriptor<Q, R> method, Q request) {
    this.shared = shared;
    this.settings = settings;
    this.method = method;
    this.request = Requests.complete(request, settings.product());
    this.deadline = Deadline.after(settings.deadline().toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    ClientCall<Q, R> call = underWay;
    if (cancelled && call != null) {
      call.cancel("cancelled by the caller", null);
    }
    return cancelled;
  }

  /** Sends it for the {@code number}th time, 1 at first. */
  void attempt(int number) {
    if (isDone()) {
      return;
    }
    ClientCall<Q, R> call =
        MetadataUtils.newAttachHeadersInterceptor(settings.metadata())
            .interceptCall(method, CallOptions.DEFAULT.withDeadline(deadline), shared.channel());
    underWay = call;
    ClientCalls.asyncUnaryCall(call, request, new Answer(number));
    if (isCancelled()) {
      call.cancel("cancelled by the caller", null);
    }
  }

  private void failed(int number, JobsException error) {
    if (number >= settings.retry().maxAttempts()
        || !mayRepeat(error, Requests.mayRepeat(request))) {
      completeExceptionally(error);
      return;
    }
    Duration wait =
        settings
            .retry()
            .backoff(number, error.retryDelay(), ThreadLocalRandom.current().nextDouble());
    // A wait beyond the deadline would only hide what went wrong.
    if (deadline.timeRemaining(TimeUnit.NANOSECONDS) <= wait.toNanos()) {
      completeExceptionally(error);
      return;
    }
    CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS)
        .execute(
            () -> {
              shared.tryNow();
              attempt(number + 1);
            });
  }

  /** Whether what failed so may be sent again. */
  static boolean mayRepeat(JobsException error, boolean safe) {
    return switch (error.code()) {
      case RESOURCE_EXHAUSTED -> error.retryDelay().isPresent();
      case UNAVAILABLE -> safe || error.retryDelay().isPresent();
      case ABORTED -> safe && error.reason().equals("REQUEST_IN_PROGRESS");
      default -> false;
    };
  }

  private final class Answer implements StreamObserver<R> {
    private final int number;
    private R response;

    private Answer(int number) {
      this.number = number;
    }

    @Override
    public void onNext(R value) {
      response = value;
    }

    @Override
    public void onError(Throwable error) {
      failed(number, JobsException.of(error));
    }

    @Override
    public void onCompleted() {
      if (response == null) {
        onError(Status.INTERNAL.withDescription("OK without an answer").asRuntimeException());
      } else {
        complete(response);
      }
    }
  }
}
