package com.ductape.jobs;

import com.ductape.jobs.v1.CancelRunRequest;
import com.ductape.jobs.v1.GetRunRequest;
import com.ductape.jobs.v1.ListRunsRequest;
import com.ductape.jobs.v1.ListRunsResponse;
import com.ductape.jobs.v1.Run;
import com.ductape.jobs.v1.RunServiceGrpc;
import java.util.concurrent.CompletableFuture;

/**
 * The operations on runs, giving futures. A future fails with a {@link JobsException}, and is
 * completed on a thread of gRPC, which must not be blocked. To cancel it cancels the call. The
 * requests are described in the protos, at RunService. Thread-safe.
 */
public final class AsyncRuns {
  private final Caller caller;

  AsyncRuns(Caller caller) {
    this.caller = caller;
  }

  /**
   * {@return the run}
   *
   * @param request as RunService.GetRun of the protos describes it
   */
  public CompletableFuture<Run> get(GetRunRequest request) {
    return caller.call(RunServiceGrpc.getGetRunMethod(), request);
  }

  /**
   * {@return one page of runs, as the request names it}
   *
   * @param request as RunService.ListRuns of the protos describes it
   */
  public CompletableFuture<ListRunsResponse> list(ListRunsRequest request) {
    return caller.call(RunServiceGrpc.getListRunsMethod(), request);
  }

  /**
   * {@return the run, CANCELLED}
   *
   * @param request as RunService.CancelRun of the protos describes it
   */
  public CompletableFuture<Run> cancel(CancelRunRequest request) {
    return caller.call(RunServiceGrpc.getCancelRunMethod(), request);
  }
}
