import { type ClientDuplexStream, status, type StatusObject } from '@grpc/grpc-js';
import { backoff } from '../backoff.js';
import type { Connection } from '../connection.js';
import { type DuctapeError, errorOf } from '../error.js';
import {
  type Cancels,
  type Delivery,
  type Result,
  type RunRef,
  type Welcome,
  WorkerServiceDefinition,
  type WorkRequest,
  type WorkResponse,
} from '../generated/ductape/jobs/v1/worker.js';
import { methodsOf } from '../method.js';
import { helloOf } from './hello.js';
import { failure, release, STOPPED, success } from './outcome.js';
import { ResultBook } from './result_book.js';
import { type Handler, type Output, WorkerRun } from './run.js';
import { Watchers } from './watchers.js';

const { work } = methodsOf(WorkerServiceDefinition);
// A server that is there answers a hello much sooner.
const HELLO_TIMEOUT_MS = 20_000;
// A third of the lease, so that two heartbeats may be late.
const HEARTBEATS_PER_LEASE = 3;
// Connecting again would only fail again.
const FOR_GOOD: ReadonlySet<string> = new Set(['INVALID_ARGUMENT', 'PERMISSION_DENIED', 'UNAUTHENTICATED', 'UNIMPLEMENTED']);

type Stream = ClientDuplexStream<WorkRequest, WorkResponse>;

/** What a session is told once. Times in milliseconds. */
export interface SessionOptions {
  queues: string[];
  name: string;
  maxInFlight: number;
  lease: number;
  onStreamEnd: (error: DuctapeError | undefined) => void;
}

function keyOf({ run_id, token }: { run_id: string; token: number }): string {
  return `${run_id} ${token}`;
}

function isPromise(output: Output | Promise<Output>): output is Promise<Output> {
  return typeof (output as { then?: unknown } | null | undefined)?.then === 'function';
}

/**
 * What a Worker does: it holds the session (runs in hand, results owed) over the streams that carry it.
 *
 * One write is under way at a time; results that come meanwhile go together in the next one.
 */
export class Session {
  readonly watchers = new Watchers();
  readonly #connection: Connection;
  readonly #options: SessionOptions;
  readonly #handler: Handler;
  readonly #runs = new Map<string, WorkerRun>();
  readonly #book = new ResultBook();

  #stream: Stream | undefined;
  #sessionId = '';
  #failures = 0;
  #maxInFlight: number;
  #timer: NodeJS.Timeout | undefined;
  #ended: { error: DuctapeError | undefined } | undefined;

  // Of the stream.
  #welcomed = false;
  #writing = false;
  #closed = false;
  #drainSent = false;
  #windowSent = 0;
  #lastWrite = 0;
  #heartbeatDue = false;

  #draining = false;
  #stopping = false;
  #writeIsScheduled = false;

  constructor(connection: Connection, options: SessionOptions, handler: Handler) {
    this.#connection = connection;
    this.#options = options;
    this.#handler = handler;
    this.#maxInFlight = options.maxInFlight;
  }

  get sessionId(): string {
    return this.#sessionId;
  }
  get inFlight(): number {
    return this.#runs.size;
  }
  get connected(): boolean {
    return this.#welcomed;
  }
  /** How it ended; undefined while it has not. */
  get ended(): { error: DuctapeError | undefined } | undefined {
    return this.#ended;
  }
  /** Whether all results were acknowledged, or there is nobody to tell. */
  get flushed(): boolean {
    return this.#ended !== undefined || !this.#welcomed || this.#closed || this.#book.empty;
  }

  // --- what the worker asks for -----------------------------------------------------------------

  connect(): void {
    this.#book.restart();
    this.#welcomed = this.#closed = this.#drainSent = this.#heartbeatDue = false;
    this.#windowSent = Math.max(this.#maxInFlight, 1);
    let stream: Stream;
    try {
      stream = this.#connection.stream(work);
    } catch (error) {
      // The token could not be had, or the connection is closed: there is no stream to end.
      this.#endWith(error as DuctapeError);
      return;
    }
    this.#stream = stream;
    stream.on('data', (response: WorkResponse) => this.#onMessage(stream, response));
    stream.on('error', () => undefined); // the status says it as well
    // What was received before the status is read first.
    stream.on('status', (end: StatusObject) => setImmediate(() => this.#onEnd(stream, end)));
    this.#setTimer(HELLO_TIMEOUT_MS, () => stream.cancel());
    this.#write(stream, { hello: this.#hello() });
  }

  setMaxInFlight(maxInFlight: number): void {
    this.#maxInFlight = maxInFlight;
    this.#maybeWrite();
  }

  /** Takes no more runs; ends when what is in hand is done with. */
  drain(): void {
    this.#draining = true;
    this.#maybeWrite();
    if (!this.#stream && this.#nothingInHand()) this.#endWith(undefined);
  }

  /** Drains, and cancels what is in hand. */
  stop(): void {
    this.#stopping = true;
    this.drain();
    for (const run of [...this.#runs.values()]) run.cancel(STOPPED);
  }

  /** Leaves what is in hand and ends, if it has not. */
  abandon(): void {
    if (this.#ended) return;
    this.#stopping = true;
    this.#runs.clear();
    if (this.#stream) this.#stream.cancel();
    else this.#endWith(undefined);
  }

  // --- runs ---------------------------------------------------------------------------------------

  #execute(delivery: Delivery): void {
    const run = new WorkerRun(delivery);
    this.#runs.set(keyOf(run), run);
    let output: Output | Promise<Output>;
    try {
      output = this.#handler(run);
    } catch (error) {
      this.#answer(run, failure(run, error));
      return;
    }
    if (isPromise(output)) {
      output.then(
        (value) => this.#succeed(run, value),
        (error: unknown) => this.#answer(run, failure(run, error)),
      );
    } else {
      this.#succeed(run, output);
    }
  }

  #succeed(run: WorkerRun, output: Output): void {
    let result: Result;
    try {
      result = success(run, output);
    } catch (error) {
      result = failure(run, error);
    }
    this.#answer(run, result);
  }

  #answer(run: WorkerRun, result: Result): void {
    // One that is not in hand any more belongs to somebody else by now.
    if (!this.#runs.delete(keyOf(run))) return;
    this.#book.add(result);
    this.#scheduleWrite();
  }

  #nothingInHand(): boolean {
    return this.#runs.size === 0 && this.#book.empty;
  }

  // --- writing ------------------------------------------------------------------------------------

  /** So that the results of one turn of the event loop go together. */
  #scheduleWrite(): void {
    if (this.#writeIsScheduled) return;
    this.#writeIsScheduled = true;
    setImmediate(() => {
      this.#writeIsScheduled = false;
      this.#maybeWrite();
      this.watchers.notify();
    });
  }

  #maybeWrite(): void {
    const stream = this.#stream;
    if (!stream || this.#writing || this.#closed || !this.#welcomed) return;
    const request = this.#nextRequest();
    if (request) {
      this.#heartbeatDue = false;
      this.#write(stream, request);
    } else if (this.#drainSent && this.#nothingInHand()) {
      this.#closed = true;
      stream.end();
    }
  }

  #nextRequest(): WorkRequest | undefined {
    if (this.#draining && !this.#drainSent) {
      // Before results: what they make room for would be delivered to this worker again.
      this.#drainSent = true;
      return { drain: { reason: '' } };
    }
    if (this.#book.hasUnsent) return { results: this.#book.next() };
    if (this.#windowSent !== this.#maxInFlight) {
      this.#windowSent = this.#maxInFlight;
      return { window: { max_in_flight: this.#maxInFlight } };
    }
    return this.#heartbeatDue ? { heartbeat: {} } : undefined;
  }

  #write(stream: Stream, request: WorkRequest): void {
    this.#writing = true;
    this.#lastWrite = Date.now();
    stream.write(request, (error?: Error | null) => {
      if (stream !== this.#stream || error) return; // the end follows
      this.#writing = false;
      this.#maybeWrite();
    });
  }

  #hello() {
    const runs: RunRef[] = this.#book.runs();
    for (const { run_id, token } of this.#runs.values()) runs.push({ run_id, token });
    return helloOf({
      product: this.#connection.settings.product,
      worker: this.#options.name,
      session_id: this.#sessionId,
      queues: this.#options.queues,
      max_in_flight: this.#maxInFlight,
      lease: this.#options.lease,
      runs,
    });
  }

  #beat(): void {
    const beat = this.#options.lease / HEARTBEATS_PER_LEASE;
    if (Date.now() >= this.#lastWrite + beat) {
      this.#heartbeatDue = true;
      this.#maybeWrite();
    }
    this.#setTimer(Math.max(this.#lastWrite + beat - Date.now(), 10), () => this.#beat());
  }

  #setTimer(wait: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, wait);
  }

  // --- reading ------------------------------------------------------------------------------------

  #onMessage(stream: Stream, { welcome, deliveries, acks, cancels }: WorkResponse): void {
    if (stream !== this.#stream) return;
    if (deliveries) this.#onDeliveries(deliveries.deliveries);
    else if (acks) this.#onAcks(acks.acked_through);
    else if (cancels) this.#onCancels(cancels);
    else if (welcome) this.#onWelcome(welcome);
    // A drain is told by the end of the stream; the unknown is for later clients.
  }

  #onWelcome(welcome: Welcome): void {
    const kept = new Set(welcome.kept.map(keyOf));
    this.#sessionId = welcome.session_id;
    this.#failures = 0;
    this.#book.keep((run) => kept.has(keyOf(run)));
    const lost = [...this.#runs].filter(([key]) => !kept.has(key));
    for (const [key] of lost) this.#runs.delete(key);
    this.#welcomed = true;
    this.#writing = false;
    this.#lastWrite = Date.now();
    this.#beat();
    this.#maybeWrite();
    for (const [, run] of lost) run.cancel('STALE_TOKEN');
    this.watchers.notify();
  }

  #onDeliveries(deliveries: Delivery[]): void {
    for (const delivery of deliveries) {
      if (!this.#stopping) this.#execute(delivery);
      else if (delivery.run) this.#book.add(release(delivery.run));
    }
    if (this.#stopping) this.#scheduleWrite();
  }

  #onAcks(through: number): void {
    this.#book.acknowledge(through);
    this.#maybeWrite();
    this.watchers.notify();
  }

  #onCancels({ runs, reason }: Cancels): void {
    for (const run of runs) this.#runs.get(keyOf(run))?.cancel(reason);
  }

  // --- the end of a stream ------------------------------------------------------------------------

  #onEnd(stream: Stream, end: StatusObject): void {
    if (stream !== this.#stream) return;
    const error = end.code === status.OK ? undefined : errorOf(Object.assign(new Error(end.details), end));
    const last = this.#stopping || (error && FOR_GOOD.has(error.code)) || (this.#draining && !error && this.#nothingInHand());
    this.#stream = undefined;
    this.#welcomed = false;
    this.#closed = true;
    clearTimeout(this.#timer);
    if (last) {
      const lost = [...this.#runs.values()];
      this.#runs.clear();
      for (const run of lost) run.cancel('STALE_TOKEN');
    }
    this.#options.onStreamEnd(error);
    if (last) this.#endWith(this.#stopping ? undefined : error);
    else this.#reconnect(error);
    this.watchers.notify();
  }

  #reconnect(error: DuctapeError | undefined): void {
    // Another worker has this session: a new one, then.
    if (error?.reason === 'SESSION_REPLACED') this.#sessionId = '';
    const wait = backoff(this.#connection.settings.retry, ++this.#failures, error?.retryDelay);
    this.#setTimer(wait, () => {
      if (this.#draining && this.#nothingInHand()) this.#endWith(undefined);
      else this.connect();
    });
  }

  #endWith(error: DuctapeError | undefined): void {
    clearTimeout(this.#timer);
    this.#ended ??= { error };
    this.watchers.notify();
  }
}
