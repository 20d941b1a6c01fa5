/**
 * The client of Ductape Jobs.
 *
 * @module
 */
export { Ductape, Ductape as default } from './ductape.js';
export { DuctapeError, type DuctapeErrorDetails, type FieldViolation, type StatusCode } from './error.js';
export { duration, milliseconds } from './duration.js';
export type { CallOptions, DuctapeOptions, RetryOptions, TlsOptions } from './options.js';
export { type Page, Pager } from './pager.js';
export type { ProductJobs, Without } from './product_jobs.js';
export type { Admin } from './services/admin.js';
export type { Calendars } from './services/calendars.js';
export type { Connections } from './services/connections.js';
export type { Events } from './services/events.js';
export type { Jobs } from './services/jobs.js';
export type { Leases } from './services/leases.js';
export type { Runs } from './services/runs.js';
export { type IProductJob, JobEventTypes } from './types.js';
export { NonRetryableError, ReleaseRun, RunCancelled, RunError, type RunErrorOptions } from './worker/errors.js';
export type { Handler, Output, WorkerRun } from './worker/run.js';
export { Worker, type WorkerOptions } from './worker/worker.js';
export type * from './api.js';
