import type { DeleteJobRequest, Job, PauseJobRequest, ResumeJobRequest, RunJobRequest } from './generated/ductape/jobs/v1/job.js';
import type { Run } from './generated/ductape/jobs/v1/run.js';
import type { DeepPartial } from './method.js';
import type { CallOptions } from './options.js';
import type { Jobs } from './services/jobs.js';
import type { IProductJob } from './types.js';

/** A request without what says which job. */
export type Without<Request> = Omit<DeepPartial<Request>, 'product' | 'tag'>;

// What says which job, and what is compared: never part of a mask.
const NOT_UPDATABLE: ReadonlySet<string> = new Set(['etag', 'product', 'tag']);

/** The names of the members that are set, as an update mask: so that an empty list or `''` takes back what was set. */
export function maskOf(data: object): string[] {
  return Object.entries(data)
    .filter(([name, value]) => value !== undefined && !NOT_UPDATABLE.has(name))
    .map(([name]) => name);
}

/**
 * The jobs of a product by their tags: `ductape.product.jobs`. What is here suffices for jobs at intervals; `ductape.jobs` has all
 * of the API. Every method rejects with a {@link DuctapeError}.
 */
export class ProductJobs {
  readonly #jobs: Jobs;

  /** @internal */
  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  /** Creates a job. Its event must exist. The first execution is at `start_time`, by default at once. */
  create(details: IProductJob, options?: CallOptions): Promise<Job> {
    return this.#jobs.create({ job: details }, options);
  }

  /** Sets the members that `data` has, and leaves the others as they are. */
  update(tag: string, data: Partial<IProductJob>, options?: CallOptions): Promise<Job> {
    return this.#jobs.update({ job: { ...(data as DeepPartial<Job>), tag }, update_mask: maskOf(data) }, options);
  }

  /** Gets the job with this tag. */
  fetch(tag: string, options?: CallOptions): Promise<Job> {
    return this.#jobs.get({ tag }, options);
  }

  /** Gets all jobs of the product. */
  fetchAll(options?: CallOptions): Promise<Job[]> {
    return this.#jobs.list({ page_size: 1000, view: 'FULL' }, options).toArray();
  }

  /** Deletes the job with this tag and cancels its active runs. */
  delete(tag: string, details: Without<DeleteJobRequest> = {}, options?: CallOptions): Promise<void> {
    return this.#jobs.delete({ ...details, tag }, options);
  }

  /** Pauses the job with this tag until it is resumed. */
  pause(tag: string, details: Without<PauseJobRequest> = {}, options?: CallOptions): Promise<Job> {
    return this.#jobs.pause({ ...details, tag }, options);
  }

  /** Resumes the job with this tag. */
  resume(tag: string, details: Without<ResumeJobRequest> = {}, options?: CallOptions): Promise<Job> {
    return this.#jobs.resume({ ...details, tag }, options);
  }

  /** Runs the job with this tag now, beside its schedule. */
  run(tag: string, details: Without<RunJobRequest> = {}, options?: CallOptions): Promise<Run> {
    return this.#jobs.run({ ...details, tag }, options);
  }
}
