package com.ductape.jobs;

import com.ductape.jobs.v1.CompleteRunsRequest;
import com.ductape.jobs.v1.CompleteRunsResponse;
import com.ductape.jobs.v1.LeaseRunsRequest;
import com.ductape.jobs.v1.LeaseRunsResponse;

/**
 * Runs by long poll, for those who cannot hold a stream; others take a {@link
 * com.ductape.jobs.worker.Worker}. The protos, at WorkerService, are the manual and name the
 * errors. Both block, and throw {@link JobsException}. Thread-safe.
 */
public final class Leases {
  private final AsyncLeases async;

  Leases(AsyncLeases async) {
    this.async = async;
  }

  /**
   * {@return the runs that were there, or came within the request's {@code wait}} Never repeated:
   * runs in a lost answer come again when their lease is over.
   *
   * @param request from which queues, how many, and how long to wait
   */
  public LeaseRunsResponse lease(LeaseRunsRequest request) {
    return Caller.await(async.lease(request));
  }

  /**
   * {@return the results that were not taken, and the runs to stop}
   *
   * @param request results, and runs whose lease is to begin anew
   */
  public CompleteRunsResponse complete(CompleteRunsRequest request) {
    return Caller.await(async.complete(request));
  }
}
