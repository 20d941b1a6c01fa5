package com.ductape.jobs;

import com.ductape.jobs.v1.BackfillJobRequest;
import com.ductape.jobs.v1.BackfillJobResponse;
import com.ductape.jobs.v1.BatchCreateJobsRequest;
import com.ductape.jobs.v1.BatchCreateJobsResponse;
import com.ductape.jobs.v1.CreateJobRequest;
import com.ductape.jobs.v1.DeleteJobRequest;
import com.ductape.jobs.v1.GetJobRequest;
import com.ductape.jobs.v1.Job;
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
import com.google.protobuf.FieldMask;
import com.google.protobuf.Struct;
import java.time.Instant;
import java.util.Arrays;

/**
 * The operations on jobs. The short forms take what is mostly needed; those that take a request can
 * say everything, and the protos, at JobService, are their manual and name their errors. All block,
 * and throw {@link JobsException}. Thread-safe.
 */
public final class Jobs {
  private final AsyncJobs async;

  Jobs(AsyncJobs async) {
    this.async = async;
  }

  /**
   * {@return the job as created} The first occurrence is at its {@code start_time}, by default now.
   *
   * @param job tag, name, event, executions and timing are required
   * @throws AlreadyExistsException if the product has a job with this tag
   * @throws FailedPreconditionException if there is no such event or calendar
   * @throws InvalidRequestException if a field is missing or malformed
   */
  public Job create(Job job) {
    return create(CreateJobRequest.newBuilder().setJob(job).build());
  }

  /**
   * {@return the job as created}
   *
   * @param request the job, and how to create it
   */
  public Job create(CreateJobRequest request) {
    return Caller.await(async.create(request));
  }

  /**
   * {@return what became of each request, in their order: each is carried out for itself} The
   * exception that an error stands for is made by {@link JobsException#of(com.google.rpc.Status)}.
   *
   * @param request 1 to 1,000 jobs to create
   */
  public BatchCreateJobsResponse createAll(BatchCreateJobsRequest request) {
    return Caller.await(async.createAll(request));
  }

  /**
   * {@return the job}
   *
   * @param tag its tag
   * @throws NotFoundException if there is none
   */
  public Job get(String tag) {
    return get(GetJobRequest.newBuilder().setTag(tag).build());
  }

  /**
   * {@return the job}
   *
   * @param request which one
   */
  public Job get(GetJobRequest request) {
    return Caller.await(async.get(request));
  }

  /** {@return all jobs of the product, without their inputs} */
  public Pages<Job> list() {
    return list(ListJobsRequest.getDefaultInstance());
  }

  /**
   * {@return the jobs of a product}
   *
   * @param request which jobs, and how many a page; a page token begins there
   */
  public Pages<Job> list(ListJobsRequest request) {
    return new Pages<>(
        request.getPageToken(),
        token -> {
          ListJobsResponse page =
              Caller.await(async.list(request.toBuilder().setPageToken(token).build()));
          return new Page<>(page.getJobsList(), page.getNextPageToken());
        });
  }

  /**
   * {@return the job as it is now}
   *
   * @param job its tag says which one, the other fields are the new values; an etag is compared
   * @param fields names of the fields to set, as in the protos; none: those that are populated
   * @throws NotFoundException if there is no such job
   * @throws ConflictException if its etag is another one by now
   */
  public Job update(Job job, String... fields) {
    UpdateJobRequest.Builder request = UpdateJobRequest.newBuilder().setJob(job);
    if (fields.length > 0) {
      request.setUpdateMask(FieldMask.newBuilder().addAllPaths(Arrays.asList(fields)));
    }
    return update(request.build());
  }

  /**
   * {@return the job as it is now}
   *
   * @param request the job, and how to change it
   */
  public Job update(UpdateJobRequest request) {
    return Caller.await(async.update(request));
  }

  /**
   * Deletes a job. Its active runs are cancelled.
   *
   * @param tag its tag
   * @throws NotFoundException if there is none
   */
  public void delete(String tag) {
    delete(DeleteJobRequest.newBuilder().setTag(tag).build());
  }

  /**
   * Deletes a job.
   *
   * @param request which one
   */
  public void delete(DeleteJobRequest request) {
    Caller.await(async.delete(request));
  }

  /**
   * {@return the job, paused: nothing runs by its schedule until it is resumed}
   *
   * @param tag its tag
   * @param note who pauses it and why, for people; may be empty
   * @throws FailedPreconditionException if it is COMPLETED
   */
  public Job pause(String tag, String note) {
    return pause(PauseJobRequest.newBuilder().setTag(tag).setNote(note).build());
  }

  /**
   * {@return the job, paused}
   *
   * @param request which one, and what becomes of its active runs
   */
  public Job pause(PauseJobRequest request) {
    return Caller.await(async.pause(request));
  }

  /**
   * {@return the job, active again: its next run is the first occurrence from now on}
   *
   * @param tag its tag
   */
  public Job resume(String tag) {
    return resume(ResumeJobRequest.newBuilder().setTag(tag).build());
  }

  /**
   * {@return the job, active again}
   *
   * @param request which one, and whether to catch up
   */
  public Job resume(ResumeJobRequest request) {
    return Caller.await(async.resume(request));
  }

  /**
   * {@return the run that begins now, as committed; its outcome is read with {@link Runs#get}}
   *
   * @param tag the job's tag
   * @throws FailedPreconditionException if runs are active, and the overlap policy allows no other
   */
  public Run run(String tag) {
    return run(RunJobRequest.newBuilder().setTag(tag).build());
  }

  /**
   * {@return the run that begins now, as committed}
   *
   * @param tag the job's tag
   * @param input its input, in place of the job's: see {@link Json}
   * @throws FailedPreconditionException if runs are active, and the overlap policy allows no other
   */
  public Run run(String tag, Struct input) {
    return run(RunJobRequest.newBuilder().setTag(tag).setInput(input).build());
  }

  /**
   * {@return the run that begins now, as committed}
   *
   * @param request which job, and what the run has of its own
   */
  public Run run(RunJobRequest request) {
    return Caller.await(async.run(request));
  }

  /**
   * {@return how many occurrences of a range of the past are to be run, and the job}
   *
   * @param tag the job's tag
   * @param from the range begins here
   * @param to and ends before this, at the latest now
   * @throws FailedPreconditionException if the job has a backfill already
   */
  public BackfillJobResponse backfill(String tag, Instant from, Instant to) {
    return backfill(
        BackfillJobRequest.newBuilder()
            .setTag(tag)
            .setStartTime(ProtoTime.timestamp(from))
            .setEndTime(ProtoTime.timestamp(to))
            .build());
  }

  /**
   * {@return how many occurrences are to be run, and the job}
   *
   * @param request the range, or that a backfill under way is to end
   */
  public BackfillJobResponse backfill(BackfillJobRequest request) {
    return Caller.await(async.backfill(request));
  }

  /**
   * {@return the job, which leaves out one occurrence that is to come}
   *
   * @param tag the job's tag
   * @param scheduledTime the nominal time of the occurrence, as {@link #preview(String, int)} shows
   *     it
   * @throws FailedPreconditionException if there is no occurrence at this time
   */
  public Job skip(String tag, Instant scheduledTime) {
    return skip(
        SkipOccurrenceRequest.newBuilder()
            .setTag(tag)
            .setScheduledTime(ProtoTime.timestamp(scheduledTime))
            .build());
  }

  /**
   * {@return the job with its skipped times}
   *
   * @param request which occurrence to leave out, or not to
   */
  public Job skip(SkipOccurrenceRequest request) {
    return Caller.await(async.skip(request));
  }

  /**
   * {@return when a job will be due}
   *
   * @param tag its tag
   * @param count how many occurrences to show: 1 to 1,000
   */
  public PreviewScheduleResponse preview(String tag, int count) {
    return preview(PreviewScheduleRequest.newBuilder().setTag(tag).setCount(count).build());
  }

  /**
   * {@return when a job that need not exist would be due}
   *
   * @param job what decides its times
   * @param count how many occurrences to show: 1 to 1,000
   */
  public PreviewScheduleResponse preview(Job job, int count) {
    return preview(PreviewScheduleRequest.newBuilder().setJob(job).setCount(count).build());
  }

  /**
   * {@return when a job will be due, or would be}
   *
   * @param request whose schedule, and which times of it
   */
  public PreviewScheduleResponse preview(PreviewScheduleRequest request) {
    return Caller.await(async.preview(request));
  }
}
