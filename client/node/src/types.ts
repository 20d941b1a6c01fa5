import type { DeepPartial, Job } from './generated/ductape/jobs/v1/job.js';

/** The types of events that a job can execute. */
export enum JobEventTypes {
  /** A call of an application's action. */
  ACTION = 'ACTION',
  /** A message to people. */
  NOTIFICATION = 'NOTIFICATION',
  /** A statement against a database. */
  DATABASE_ACTION = 'DATABASE_ACTION',
  /** An externally hosted function. */
  FUNCTION = 'FUNCTION',
  /** A message to a broker. */
  MESSAGEBROKER = 'MESSAGEBROKER',
}

type Settings = Pick<
  Job,
  | 'attempt_timeout'
  | 'catchup_policy'
  | 'end_time'
  | 'env'
  | 'exclude'
  | 'exclude_calendars'
  | 'history_limit'
  | 'input'
  | 'interval_mode'
  | 'jitter'
  | 'labels'
  | 'overlap_policy'
  | 'retry_policy'
  | 'start_time'
>;

/**
 * A job that executes an event at an interval. Besides the members below it can have any setting of the API's jobs that goes with an
 * interval: `input`, `retry_policy`, `start_time`, `labels` and so on.
 */
export interface IProductJob extends DeepPartial<Settings> {
  /** The display name: 1 to 256 characters. */
  name: string;
  /** Identifies the job within its product: `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}`. */
  tag: string;
  /** The type of the event to execute. */
  event_type: JobEventTypes | `${JobEventTypes}`;
  /** The tag of the event to execute, which must exist. */
  event_tag: string;
  /** How often to execute it; 0: without end. */
  executions: number;
  /** The time between executions in milliseconds, 1 to 316,224,000,000. */
  intervals: number;
}
