package com.ductape.jobs;

import com.ductape.jobs.v1.CompleteRunsRequest;
import com.ductape.jobs.v1.CompleteRunsResponse;
import com.ductape.jobs.v1.LeaseRunsRequest;
import com.ductape.jobs.v1.LeaseRunsResponse;
import com.ductape.jobs.v1.WorkerServiceGrpc;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Runs by long poll, giving futures. A future fails with a {@link JobsException}, and is completed
 * on a thread of gRPC, which must not be blocked. The requests are described in the protos, at
 * WorkerService. Thread-safe.
 */
public final class AsyncLeases {
  private final Caller caller;

  AsyncLeases(Caller caller) {
    this.caller = caller;
  }

  /**
   * {@return the runs that were there, or came within the request's {@code wait}; the call's
   * deadline is the client's, later by that wait}
   *
   * @param request as WorkerService.LeaseRuns of the protos describes it
   */
  public CompletableFuture<LeaseRunsResponse> lease(LeaseRunsRequest request) {
    CallSettings settings = caller.settings();
    Duration deadline = settings.deadline().plus(ProtoTime.duration(request.getWait()));
    Caller patient = new Caller(caller.shared(), settings.withDeadline(deadline));
    return patient.call(WorkerServiceGrpc.getLeaseRunsMethod(), request);
  }

  /**
   * {@return the results that were not taken, and the runs to stop}
   *
   * @param request as WorkerService.CompleteRuns of the protos describes it
   */
  public CompletableFuture<CompleteRunsResponse> complete(CompleteRunsRequest request) {
    return caller.call(WorkerServiceGrpc.getCompleteRunsMethod(), request);
  }
}
