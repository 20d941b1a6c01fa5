import { Connection } from './connection.js';
import { type DuctapeOptions, settingsOf } from './options.js';
import { ProductJobs } from './product_jobs.js';
import { Admin } from './services/admin.js';
import { Calendars } from './services/calendars.js';
import { Connections } from './services/connections.js';
import { Events } from './services/events.js';
import { Jobs } from './services/jobs.js';
import { Leases } from './services/leases.js';
import { Runs } from './services/runs.js';
import type { Handler } from './worker/run.js';
import { Worker, type WorkerOptions } from './worker/worker.js';

/**
 * The client of Ductape Jobs. One serves a whole process; it connects at the first call.
 *
 * ```ts
 * const ductape = new Ductape({ address: 'localhost:7420' });
 * const job = await ductape.product.jobs.fetch('example_job');
 * ```
 *
 * Every call rejects with a {@link DuctapeError}, is repeated where that is safe, and ends at its timeout. Changing calls get a
 * `request_id` where they have none, and requests without a product that of the options.
 */
export class Ductape {
  /** What belongs to the product, in the terms of its own API. */
  readonly product: { readonly jobs: ProductJobs };
  /** All of JobService. */
  readonly jobs: Jobs;
  /** All of RunService. */
  readonly runs: Runs;
  /** All of EventService. */
  readonly events: Events;
  /** All of CalendarService. */
  readonly calendars: Calendars;
  /** All of ConnectionService. */
  readonly connections: Connections;
  /** All of AdminService. */
  readonly admin: Admin;
  /** What of WorkerService is no stream. */
  readonly leases: Leases;
  readonly #connection: Connection;

  /** @throws TypeError if the options contradict each other, or a certificate or key cannot be read. */
  constructor(options: DuctapeOptions = {}) {
    this.#connection = new Connection(settingsOf(options));
    this.jobs = new Jobs(this.#connection);
    this.runs = new Runs(this.#connection);
    this.events = new Events(this.#connection);
    this.calendars = new Calendars(this.#connection);
    this.connections = new Connections(this.#connection);
    this.admin = new Admin(this.#connection);
    this.leases = new Leases(this.#connection);
    this.product = { jobs: new ProductJobs(this.jobs) };
  }

  /**
   * Starts a worker, which executes the runs of events with a worker target. It connects in the background.
   *
   * @throws TypeError if an option is out of range
   */
  worker(options: WorkerOptions, handler: Handler): Worker {
    return new Worker(this.#connection, options, handler);
  }

  /** Closes the connection; calls under way fail. Workers are drained or stopped before. */
  close(): void {
    this.#connection.close();
  }
}
