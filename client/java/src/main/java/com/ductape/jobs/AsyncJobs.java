package com.ductape.jobs;

import com.ductape.jobs.v1.BackfillJobRequest;
import com.ductape.jobs.v1.BackfillJobResponse;
import com.ductape.jobs.v1.BatchCreateJobsRequest;
import com.ductape.jobs.v1.BatchCreateJobsResponse;
import com.ductape.jobs.v1.CreateJobRequest;
import com.ductape.jobs.v1.DeleteJobRequest;
import com.ductape.jobs.v1.GetJobRequest;
import com.ductape.jobs.v1.Job;
import com.ductape.jobs.v1.JobServiceGrpc;
import com.ductape.jobs.v1.ListJobsRequest;
import com.ductape.jobs.v1.ListJobsResponse;
import com.ductape.jobs.v1.PauseJobRequest;
import com.ductape.jobs.v1.PreviewScheduleRequest;
import com.ductape.jobs.v1.PreviewScheduleResponse;
import com.ductape.jobs.v1.ResumeJobRequest;
import com.ductape.jobs.v1.Run;
import com.ductape.jobs.v1.RunJobRequest;
import com.ductape.jobs.v1.SkipOccurrenceRequest;
import com.ductape.jobs.v1.UpdateJobRequest;
import java.util.concurrent.CompletableFuture;

/**
 * The operations on jobs, giving futures. A future fails with a {@link JobsException}, and is
 * completed on a thread of gRPC, which must not be blocked. To cancel it cancels the call. The
 * requests are described in the protos, at JobService. Thread-safe.
 */
public final class AsyncJobs {
  private final Caller caller;

  AsyncJobs(Caller caller) {
    this.caller = caller;
  }

  /**
   * {@return the job as created}
   *
   * @param request as JobService.CreateJob of the protos describes it
   */
  public CompletableFuture<Job> create(CreateJobRequest request) {
    return caller.call(JobServiceGrpc.getCreateJobMethod(), request);
  }

  /**
   * {@return the job}
   *
   * @param request as JobService.GetJob of the protos describes it
   */
  public CompletableFuture<Job> get(GetJobRequest request) {
    return caller.call(JobServiceGrpc.getGetJobMethod(), request);
  }

  /**
   * {@return one page of jobs, as the request names it}
   *
   * @param request as JobService.ListJobs of the protos describes it
   */
  public CompletableFuture<ListJobsResponse> list(ListJobsRequest request) {
    return caller.call(JobServiceGrpc.getListJobsMethod(), request);
  }

  /**
   * {@return the job as it is now}
   *
   * @param request as JobService.UpdateJob of the protos describes it
   */
  public CompletableFuture<Job> update(UpdateJobRequest request) {
    return caller.call(JobServiceGrpc.getUpdateJobMethod(), request);
  }

  /**
   * {@return when it is done}
   *
   * @param request as JobService.DeleteJob of the protos describes it
   */
  public CompletableFuture<Void> delete(DeleteJobRequest request) {
    return caller.call(JobServiceGrpc.getDeleteJobMethod(), request).thenApply(empty -> null);
  }

  /**
   * {@return the job, PAUSED}
   *
   * @param request as JobService.PauseJob of the protos describes it
   */
  public CompletableFuture<Job> pause(PauseJobRequest request) {
    return caller.call(JobServiceGrpc.getPauseJobMethod(), request);
  }

  /**
   * {@return the job as it is now}
   *
   * @param request as JobService.ResumeJob of the protos describes it
   */
  public CompletableFuture<Job> resume(ResumeJobRequest request) {
    return caller.call(JobServiceGrpc.getResumeJobMethod(), request);
  }

  /**
   * {@return the run as committed; its outcome is read with {@link AsyncRuns#get}}
   *
   * @param request as JobService.RunJob of the protos describes it
   */
  public CompletableFuture<Run> run(RunJobRequest request) {
    return caller.call(JobServiceGrpc.getRunJobMethod(), request);
  }

  /**
   * {@return how many runs are to be created, and the job}
   *
   * @param request as JobService.BackfillJob of the protos describes it
   */
  public CompletableFuture<BackfillJobResponse> backfill(BackfillJobRequest request) {
    return caller.call(JobServiceGrpc.getBackfillJobMethod(), request);
  }

  /**
   * {@return the job with its skipped times}
   *
   * @param request as JobService.SkipOccurrence of the protos describes it
   */
  public CompletableFuture<Job> skip(SkipOccurrenceRequest request) {
    return caller.call(JobServiceGrpc.getSkipOccurrenceMethod(), request);
  }

  /**
   * {@return the occurrences, in words as well}
   *
   * @param request as JobService.PreviewSchedule of the protos describes it
   */
  public CompletableFuture<PreviewScheduleResponse> preview(PreviewScheduleRequest request) {
    return caller.call(JobServiceGrpc.getPreviewScheduleMethod(), request);
  }

  /**
   * {@return a job or an error for each request, in their order}
   *
   * @param request as JobService.BatchCreateJobs of the protos describes it
   */
  public CompletableFuture<BatchCreateJobsResponse> createAll(BatchCreateJobsRequest request) {
    return caller.call(JobServiceGrpc.getBatchCreateJobsMethod(), request);
  }
}
