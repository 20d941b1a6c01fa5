import type { Event_Type } from '../generated/ductape/jobs/v1/event.js';
import type { Run_Trigger } from '../generated/ductape/jobs/v1/run.js';
import type { Delivery } from '../generated/ductape/jobs/v1/worker.js';
import { RunCancelled } from './errors.js';

/** What a handler can answer: text, bytes, or what JSON can say; nothing is the empty output. The first 4 KiB are kept. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a handler without a return statement
export type Output = string | Uint8Array | object | number | boolean | null | undefined | void;

/**
 * Executes one run. What it returns is the run's output; what it throws is its failure ({@link RunError}). It is called for many
 * runs at a time, up to the worker's `maxInFlight`.
 */
export type Handler = (run: WorkerRun) => Output | Promise<Output>;

const NO_DATE = new Date(0);

/** One run to execute. The names are those of the API's messages. */
export class WorkerRun {
  readonly #delivery: Delivery;
  #controller: AbortController | undefined;
  #cancelled: RunCancelled | undefined;
  #input: unknown;

  /** @internal */
  constructor(delivery: Delivery) {
    this.#delivery = delivery;
  }

  /** The run's id, the same in every delivery of it: the key for what must not happen twice. */
  get run_id(): string {
    return this.#delivery.run?.run_id ?? '';
  }
  /** The fencing token, which rises with each delivery of the run. */
  get token(): number {
    return this.#delivery.run?.token ?? 0;
  }
  /** The run's number within its job. */
  get number(): number {
    return this.#delivery.number;
  }
  /** The attempt, from 1. */
  get attempt(): number {
    return this.#delivery.attempt;
  }
  /** The tag of the job. */
  get job_tag(): string {
    return this.#delivery.job_tag;
  }
  /** The display name of the job. May be empty. */
  get job_name(): string {
    return this.#delivery.job_name;
  }
  /** The type of the event. */
  get event_type(): Event_Type {
    return this.#delivery.event_type;
  }
  /** The tag of the event. */
  get event_tag(): string {
    return this.#delivery.event_tag;
  }
  /** The nominal time of the occurrence; of a manual run the time of its call. */
  get scheduled_time(): Date {
    return this.#delivery.scheduled_time ?? NO_DATE;
  }
  /** When the attempt's timeout ends it. */
  get deadline(): Date | undefined {
    return this.#delivery.deadline;
  }
  /** The environment of the job. May be empty. */
  get env(): string {
    return this.#delivery.env;
  }
  /** The W3C trace context of the run. */
  get traceparent(): string {
    return this.#delivery.traceparent;
  }
  /** What made the run. */
  get trigger(): Run_Trigger {
    return this.#delivery.trigger;
  }

  /** The input of the job or of the call that made the run; `{}` if there is none. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any JSON object
  get input(): Record<string, any> {
    const { input } = this.#delivery;
    this.#input ??= input.length === 0 ? {} : JSON.parse(input.toString());
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    return this.#input as Record<string, any>;
  }

  /** Aborted, with a {@link RunCancelled}, when the run is to be stopped. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#cancelled) this.#controller.abort(this.#cancelled);
    }
    return this.#controller.signal;
  }

  /** Why the run is to be stopped; undefined while it is not. */
  get cancelled(): RunCancelled | undefined {
    return this.#cancelled;
  }

  /** The first reason counts. @internal */
  cancel(reason: string): void {
    if (this.#cancelled) return;
    this.#cancelled = new RunCancelled(reason || 'CANCELLED');
    this.#controller?.abort(this.#cancelled);
  }
}
