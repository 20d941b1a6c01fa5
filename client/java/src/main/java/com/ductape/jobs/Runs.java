package com.ductape.jobs;

import com.ductape.jobs.v1.CancelRunRequest;
import com.ductape.jobs.v1.GetRunRequest;
import com.ductape.jobs.v1.ListRunsRequest;
import com.ductape.jobs.v1.ListRunsResponse;
import com.ductape.jobs.v1.Run;

/**
 * The operations on runs. The short forms take what is mostly needed; those that take a request can
 * say everything, and the protos, at RunService, are their manual and name their errors. All block,
 * and throw {@link JobsException}. Thread-safe.
 */
public final class Runs {
  private final AsyncRuns async;

  Runs(AsyncRuns async) {
    this.async = async;
  }

  /**
   * {@return the run}
   *
   * @param runId its id
   * @throws NotFoundException if there is none, or its record is not kept
   */
  public Run get(String runId) {
    return get(GetRunRequest.newBuilder().setRunId(runId).build());
  }

  /**
   * {@return the run}
   *
   * @param request which one
   */
  public Run get(GetRunRequest request) {
    return Caller.await(async.get(request));
  }

  /**
   * {@return the runs of a job, the latest first; listed when it is iterated}
   *
   * @param jobTag the job's tag; {@link NotFoundException} if there is none
   */
  public Pages<Run> list(String jobTag) {
    return list(ListRunsRequest.newBuilder().setTag(jobTag).build());
  }

  /**
   * {@return the runs of a job, or of a whole product}
   *
   * @param request which runs, and how many a page; a page token begins there
   */
  public Pages<Run> list(ListRunsRequest request) {
    return new Pages<>(
        request.getPageToken(),
        token -> {
          ListRunsResponse page =
              Caller.await(async.list(request.toBuilder().setPageToken(token).build()));
          return new Page<>(page.getRunsList(), page.getNextPageToken());
        });
  }

  /**
   * {@return the run, CANCELLED; what executes it is told to stop}
   *
   * @param runId its id
   * @param reason why, for people; may be empty
   * @throws NotFoundException if there is none, or its record is not kept
   * @throws FailedPreconditionException if it ended otherwise
   */
  public Run cancel(String runId, String reason) {
    return cancel(CancelRunRequest.newBuilder().setRunId(runId).setReason(reason).build());
  }

  /**
   * {@return the run, CANCELLED}
   *
   * @param request which one, and why
   */
  public Run cancel(CancelRunRequest request) {
    return Caller.await(async.cancel(request));
  }
}
