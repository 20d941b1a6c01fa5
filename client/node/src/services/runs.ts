import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../connection.js';
import { DuctapeError } from '../error.js';
import {
  type CancelRunRequest,
  type GetRunRequest,
  type ListRunsRequest,
  type ListRunsResponse,
  type Run,
  type Run_State,
  RunServiceDefinition,
} from '../generated/ductape/jobs/v1/run.js';
import { type DeepPartial, methodsOf } from '../method.js';
import type { CallOptions } from '../options.js';
import { Pager } from '../pager.js';

const methods = methodsOf(RunServiceDefinition);
const ACTIVE: ReadonlySet<Run_State> = new Set<Run_State>(['SCHEDULED', 'QUEUED', 'RUNNING', 'RETRY_SCHEDULED']);
const FIRST_POLL_MS = 50;
const LAST_POLL_MS = 2_000;

/**
 * Runs: what became of each due time of a job, and of each run that was started by hand. Every method rejects with a
 * {@link DuctapeError}.
 */
export class Runs {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Gets one run by its id. */
  get(request: DeepPartial<GetRunRequest>, options?: CallOptions): Promise<Run> {
    return this.#connection.call(methods.getRun, request, options);
  }

  /** Lists the runs of a job, or of a product, over all pages; `page_size` is that of each. */
  list(request: DeepPartial<ListRunsRequest> = {}, options?: CallOptions): Pager<Run> {
    return new Pager(async (page_token) => {
      const page = await this.listPage({ ...request, page_token }, options);
      return { items: page.runs, next_page_token: page.next_page_token };
    }, request.page_token);
  }

  /** Lists one page of runs. */
  listPage(request: DeepPartial<ListRunsRequest> = {}, options?: CallOptions): Promise<ListRunsResponse> {
    return this.#connection.call(methods.listRuns, request, options);
  }

  /** Cancels a run that has not ended. */
  cancel(request: DeepPartial<CancelRunRequest>, options?: CallOptions): Promise<Run> {
    return this.#connection.call(methods.cancelRun, request, options);
  }

  /**
   * Asks for a run, at growing intervals, until it has ended, and answers it: COMPLETED, FAILED, CANCELLED. Rejects with
   * DEADLINE_EXCEEDED if it is active still after `options.timeout` (by default without end); the run goes on.
   */
  async wait(request: DeepPartial<GetRunRequest>, options: CallOptions = {}): Promise<Run> {
    const { timeout = Infinity, ...call } = options;
    const until = Date.now() + timeout;
    for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 1.5, LAST_POLL_MS)) {
      const left = until - Date.now();
      const run = await this.get(request, Number.isFinite(left) ? { ...call, timeout: Math.max(left, 1) } : call);
      if (!ACTIVE.has(run.state)) return run;
      if (Date.now() + wait >= until) {
        throw new DuctapeError(`run ${run.run_id} is ${run.state} still`, { code: 'DEADLINE_EXCEEDED' });
      }
      await sleep(wait, undefined, { signal: options.signal }).catch(() => options.signal?.throwIfAborted());
    }
  }
}
