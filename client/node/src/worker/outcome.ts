import type { Run_Error } from '../generated/ductape/jobs/v1/run.js';
import { type DeepPartial } from '../method.js';
import { type Result } from '../generated/ductape/jobs/v1/worker.js';
import { ReleaseRun, RunError } from './errors.js';
import type { Output, WorkerRun } from './run.js';

// The server keeps 4 KiB of an output and 1 KiB of a message, and marks what it cut: a little more is enough for it to see that there
// was more.
const SENT_OUTPUT_BYTES = 8 * 1024;
const SENT_MESSAGE_CHARACTERS = 1024;
const MAX_CODE_LENGTH = 64;
const MAX_RETRY_AFTER_MS = 366 * 24 * 3600 * 1000;

/** The reason with which Worker.stop cancels: the worker's own, of which the server knows nothing. */
export const STOPPED = 'STOPPED';

type Outcome = Pick<Result, 'cancelled' | 'failure' | 'output' | 'released' | 'retry_after'>;

function resultOf(run: Pick<WorkerRun, 'run_id' | 'token'>, outcome: Partial<Outcome>): Result {
  return {
    run: { run_id: run.run_id, token: run.token },
    start_time: undefined,
    end_time: undefined,
    retry_after: undefined,
    ...outcome,
  };
}

function bytesOf(output: Output): Buffer {
  if (output === undefined) return Buffer.alloc(0);
  if (output instanceof Uint8Array) return Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  return Buffer.from(typeof output === 'string' ? output : JSON.stringify(output));
}

/** Letters in capitals, and `_` for what a code cannot hold. */
export function fitCode(code: string): string {
  const fit = code.toUpperCase().replace(/[^A-Z0-9]/g, '_');
  return (/^[A-Z]/.test(fit) ? fit : `E_${fit}`).slice(0, MAX_CODE_LENGTH);
}

/** It succeeded. @throws what JSON.stringify throws of an output that JSON cannot say */
export function success(run: WorkerRun, output: Output): Result {
  const bytes = bytesOf(output);
  return resultOf(run, { output: bytes.length > SENT_OUTPUT_BYTES ? bytes.subarray(0, SENT_OUTPUT_BYTES) : bytes });
}

/** It is given back. */
export function release(run: Pick<WorkerRun, 'run_id' | 'token'>): Result {
  return resultOf(run, { released: {} });
}

function errorOf(error: unknown): DeepPartial<Run_Error> {
  if (error instanceof RunError) return { code: fitCode(error.code), retryable: error.retryable, status: error.status };
  return { code: 'HANDLER_ERROR', retryable: true };
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.slice(0, SENT_MESSAGE_CHARACTERS);
}

/** What a handler threw. */
export function failure(run: WorkerRun, error: unknown): Result {
  if (error instanceof ReleaseRun) return release(run);
  if (run.cancelled && !(error instanceof RunError)) {
    // A run that only its worker was asked to stop is given back: it would end CANCELLED, and nobody wanted that.
    return run.cancelled.reason === STOPPED ? release(run) : resultOf(run, { cancelled: {} });
  }
  const { code = '', retryable, status = 0 } = errorOf(error);
  const wait = error instanceof RunError && error.retryAfter ? Math.min(Math.max(error.retryAfter, 0), MAX_RETRY_AFTER_MS) : 0;
  return resultOf(run, {
    failure: { code, message: messageOf(error), retryable, status },
    retry_after: wait > 0 ? { seconds: Math.floor(wait / 1000), nanos: Math.floor((wait % 1000) * 1e6) } : undefined,
  });
}
