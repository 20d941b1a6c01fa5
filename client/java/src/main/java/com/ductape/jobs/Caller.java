package com.ductape.jobs;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** How all operations call. Thread-safe. */
record Caller(SharedChannel shared, CallSettings settings) {
  <Q extends Message, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request) {
    RepeatedCall<Q, R> call = new RepeatedCall<>(shared, settings, method, request);
    call.attempt(1);
    return call;
  }

  /**
   * The result, waited for. An interrupt cancels the call, and stays set.
   *
   * @throws JobsException with the stack of this thread
   */
  static <R> R await(Future<R> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw cancelled("interrupted while waiting for the answer", e);
    } catch (CancellationException e) {
      throw cancelled("cancelled", e);
    } catch (ExecutionException e) {
      JobsException error = JobsException.of(e.getCause());
      error.fillInStackTrace();
      throw error;
    }
  }

  private static JobsException cancelled(String description, Throwable cause) {
    return JobsException.of(
        Status.CANCELLED.withDescription(description).withCause(cause).asRuntimeException());
  }
}
