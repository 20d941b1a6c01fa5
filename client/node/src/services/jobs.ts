import type { Connection } from '../connection.js';
import {
  type BackfillJobRequest,
  type BackfillJobResponse,
  type BatchCreateJobsRequest,
  type BatchCreateJobsResponse,
  type CreateJobRequest,
  type DeleteJobRequest,
  type GetJobRequest,
  type Job,
  JobServiceDefinition,
  type ListJobsRequest,
  type ListJobsResponse,
  type PauseJobRequest,
  type PreviewScheduleRequest,
  type PreviewScheduleResponse,
  type ResumeJobRequest,
  type RunJobRequest,
  type SkipOccurrenceRequest,
  type UpdateJobRequest,
} from '../generated/ductape/jobs/v1/job.js';
import type { Run } from '../generated/ductape/jobs/v1/run.js';
import { type DeepPartial, methodsOf } from '../method.js';
import type { CallOptions } from '../options.js';
import { Pager } from '../pager.js';

const methods = methodsOf(JobServiceDefinition);

/**
 * Jobs: an event, a schedule, and how often to execute it. The requests are those of the API, whose comments say what each field
 * means, and which errors a call gives. Every method rejects with a {@link DuctapeError}.
 */
export class Jobs {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Creates a job. The event and the calendars that it names must exist. */
  create(request: DeepPartial<CreateJobRequest>, options?: CallOptions): Promise<Job> {
    return this.#connection.call(methods.createJob, request, options);
  }

  /** Creates up to 1,000 jobs, each for itself: each result holds a job or an error. */
  createMany(request: DeepPartial<BatchCreateJobsRequest>, options?: CallOptions): Promise<BatchCreateJobsResponse> {
    return this.#connection.call(methods.batchCreateJobs, request, options);
  }

  /** Gets one job. */
  get(request: DeepPartial<GetJobRequest>, options?: CallOptions): Promise<Job> {
    return this.#connection.call(methods.getJob, request, options);
  }

  /** Lists the jobs of a product, over all pages; `page_size` is that of each. */
  list(request: DeepPartial<ListJobsRequest> = {}, options?: CallOptions): Pager<Job> {
    return new Pager(async (page_token) => {
      const page = await this.listPage({ ...request, page_token }, options);
      return { items: page.jobs, next_page_token: page.next_page_token };
    }, request.page_token);
  }

  /** Lists one page of jobs. */
  listPage(request: DeepPartial<ListJobsRequest> = {}, options?: CallOptions): Promise<ListJobsResponse> {
    return this.#connection.call(methods.listJobs, request, options);
  }

  /** Updates what the request's job holds, or what `update_mask` names. */
  update(request: DeepPartial<UpdateJobRequest>, options?: CallOptions): Promise<Job> {
    return this.#connection.call(methods.updateJob, request, options);
  }

  /** Deletes a job and cancels its active runs. */
  async delete(request: DeepPartial<DeleteJobRequest>, options?: CallOptions): Promise<void> {
    await this.#connection.call(methods.deleteJob, request, options);
  }

  /** Pauses a job until it is resumed. */
  pause(request: DeepPartial<PauseJobRequest>, options?: CallOptions): Promise<Job> {
    return this.#connection.call(methods.pauseJob, request, options);
  }

  /** Resumes a paused job. */
  resume(request: DeepPartial<ResumeJobRequest>, options?: CallOptions): Promise<Job> {
    return this.#connection.call(methods.resumeJob, request, options);
  }

  /** Runs a job now, beside its schedule. The run is answered as soon as it is on disk: `runs.wait` tells how it ends. */
  run(request: DeepPartial<RunJobRequest>, options?: CallOptions): Promise<Run> {
    return this.#connection.call(methods.runJob, request, options);
  }

  /** Runs the occurrences of a range of the past. */
  backfill(request: DeepPartial<BackfillJobRequest>, options?: CallOptions): Promise<BackfillJobResponse> {
    return this.#connection.call(methods.backfillJob, request, options);
  }

  /** Leaves out one occurrence that is to come, or takes that back with `undo`. */
  skip(request: DeepPartial<SkipOccurrenceRequest>, options?: CallOptions): Promise<Job> {
    return this.#connection.call(methods.skipOccurrence, request, options);
  }

  /** Tells when a job is due, or when one that does not exist yet would be. */
  preview(request: DeepPartial<PreviewScheduleRequest>, options?: CallOptions): Promise<PreviewScheduleResponse> {
    return this.#connection.call(methods.previewSchedule, request, options);
  }
}
