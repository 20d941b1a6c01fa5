import { hostname } from 'node:os';
import type { Connection } from '../connection.js';
import type { DuctapeError } from '../error.js';
import type { Handler } from './run.js';
import { Session } from './session.js';

const MAX_IN_FLIGHT = 100_000;
const MIN_LEASE_MS = 1_000;
const MAX_LEASE_MS = 3_600_000;
const STOP_FLUSH_MS = 1_000;
const STOP_TIMEOUT_MS = 5_000;

/** What a worker is told once. */
export interface WorkerOptions {
  /** The queues to serve, 1 to 100: `ACTION/send_report` is that of the event ACTION `send_report` that names none. */
  queues: string[];
  /** For people; shown on the attempts that it takes. Default: the host's name and the process id. */
  name?: string;
  /** How many runs it executes at a time: 1 to 100,000. Default: 100. */
  maxInFlight?: number;
  /** How long the server waits for a sign of life: milliseconds, 1 s to 1 h. Heartbeats are sent by themselves. Default: 30000. */
  lease?: number;
  /**
   * Told how each stream ended: undefined when the server or `drain` ended it. The worker connects again by itself, unless the error
   * is one that stays ({@link Worker.wait}).
   */
  onStreamEnd?: (error: DuctapeError | undefined) => void;
}

function inRange(value: number, name: string, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) throw new RangeError(`${name} is an integer from ${min} to ${max}`);
  return value;
}

/**
 * A worker: it takes runs while there is room, calls the handler for each, returns the results in batches as they come, sends
 * heartbeats and passes cancels on. When its stream breaks it connects again after a growing wait and takes up its session: what it
 * executes stays its own if it is back within 10 s, and results that were not acknowledged are sent again.
 *
 * A run may be delivered more than once: what must not happen twice is keyed by {@link WorkerRun.run_id}.
 *
 * It keeps the process alive until it has ended.
 */
export class Worker {
  readonly #session: Session;

  /** @internal */
  constructor(connection: Connection, options: WorkerOptions, handler: Handler) {
    if (options.queues.length === 0) throw new RangeError('a worker serves at least one queue');
    this.#session = new Session(
      connection,
      {
        queues: [...options.queues],
        name: options.name ?? `${hostname()}:${process.pid}`,
        maxInFlight: inRange(options.maxInFlight ?? 100, 'maxInFlight', 1, MAX_IN_FLIGHT),
        lease: inRange(options.lease ?? 30_000, 'lease', MIN_LEASE_MS, MAX_LEASE_MS),
        onStreamEnd: options.onStreamEnd ?? (() => undefined),
      },
      handler,
    );
    this.#session.connect();
  }

  /** How many runs it executes now. */
  get inFlight(): number {
    return this.#session.inFlight;
  }

  /** The session's id; empty before the first welcome. */
  get sessionId(): string {
    return this.#session.sessionId;
  }

  /** Changes `maxInFlight`: 0 to 100,000; 0: no runs for now. Runs in hand are kept. */
  setMaxInFlight(maxInFlight: number): void {
    this.#session.setMaxInFlight(inRange(maxInFlight, 'maxInFlight', 0, MAX_IN_FLIGHT));
  }

  /** Whether it is connected now; waits for that, at most so many milliseconds. */
  connected(timeout = Infinity): Promise<boolean> {
    const { watchers } = this.#session;
    return watchers
      .until(() => this.#session.connected || this.#session.ended !== undefined, timeout)
      .then(() => this.#session.connected);
  }

  /**
   * Leaves in good order: takes no more runs, finishes those it has, waits until the server has acknowledged their results, and
   * closes the stream.
   *
   * @param timeout milliseconds
   * @returns false if that took longer, or the server refused it for good; then it was stopped
   */
  async drain(timeout = Infinity): Promise<boolean> {
    this.#session.drain();
    const ended = await this.#ended(timeout);
    const inGoodOrder = ended && this.#session.ended?.error === undefined;
    await this.stop();
    return inGoodOrder;
  }

  /**
   * Ends at once: the signals of all runs in hand are aborted, and when their handlers have returned the runs are given back to the
   * server, to be delivered again. Handlers that take longer than `timeout` are left alone; their runs are delivered again when the
   * server misses the worker.
   *
   * @param timeout milliseconds
   */
  async stop(timeout = STOP_TIMEOUT_MS): Promise<void> {
    const session = this.#session;
    if (session.ended) return;
    session.stop();
    await session.watchers.until(() => session.ended !== undefined || session.inFlight === 0, timeout);
    await session.watchers.until(() => session.flushed, STOP_FLUSH_MS);
    if (session.connected && session.inFlight === 0) await this.#ended(STOP_FLUSH_MS);
    // Nothing if it has ended by now.
    session.abandon();
    await this.#ended(STOP_TIMEOUT_MS);
  }

  /** Resolves when the worker has ended by `drain` or `stop`. Rejects with the {@link DuctapeError} with which the server refused it
   * for good: UNAUTHENTICATED, INVALID_ARGUMENT and the like. */
  async wait(): Promise<void> {
    await this.#ended(Infinity);
    const error = this.#session.ended?.error;
    if (error) throw error;
  }

  #ended(timeout: number): Promise<boolean> {
    return this.#session.watchers.until(() => this.#session.ended !== undefined, timeout);
  }
}
